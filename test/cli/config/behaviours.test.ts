import { expect, test } from 'vitest';
import { dialerHandler, listenerHandler } from '../../../src/cli/config/behaviours.js';
import { createSupervisor } from '../../../src/index.js';

test('echo sends text back as text and bytes as bytes', async () => {
  await using supervisor = createSupervisor();
  const { address } = await supervisor.listen<unknown>({
    port: 0,
    host: '127.0.0.1',
    handler: listenerHandler('echo'),
  });
  const { promise, seen } = collect(2);
  supervisor.dial({
    url: `ws://127.0.0.1:${address?.port}`,
    handler: async (connection) => {
      connection.send('text');
      connection.send(new Uint8Array([0, 255]));
      await dialerHandler('log', seen)(connection);
    },
  });
  expect(await promise).toEqual([
    { isBinary: false, data: Buffer.from('text') },
    { isBinary: true, data: Buffer.from([0, 255]) },
  ]);
});

test.each(['listener', 'dialer'] as const)(
  'a %s that discards reads on, so that a Close behind many messages is seen',
  async (role) => {
    await using supervisor = createSupervisor({ limits: { readAheadBytes: 1 } });
    const chatter = async (connection: Parameters<ReturnType<typeof listenerHandler>>[0]) => {
      for (let i = 0; i < 1_000; i += 1) connection.send('x'.repeat(1_000));
    };
    const discards = role === 'listener' ? listenerHandler('discard') : dialerHandler('discard', () => {});
    const { address } = await supervisor.listen<unknown>({
      port: 0,
      host: '127.0.0.1',
      handler: role === 'listener' ? discards : chatter,
    });
    const dialer = supervisor.dial({
      url: `ws://127.0.0.1:${address?.port}`,
      retry: () => 'stop',
      handler: role === 'listener' ? chatter : discards,
    });
    const { report } = await dialer.ended;
    expect(report).toMatchObject({ code: 1000, wasClean: true });
  },
);

function collect(count: number) {
  const frames: { isBinary: boolean; data: Buffer }[] = [];
  let resolve: (all: typeof frames) => void = () => {};
  const promise = new Promise<typeof frames>((fulfil) => {
    resolve = fulfil;
  });
  const seen = ({ data, isBinary }: { readonly data: Buffer; readonly isBinary: boolean }) => {
    frames.push({ isBinary, data: Buffer.from(data) });
    if (frames.length === count) resolve(frames);
  };
  return { promise, seen };
}
