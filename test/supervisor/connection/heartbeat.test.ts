import { expect, test } from 'vitest';
import { connect, createSupervisor, type Liveness } from '../../../src/index.js';
import { accepted } from '../../support/a-connection.js';

const BEAT = {
  pingEveryMs: 1000,
  answerWithinMs: 400,
  ping: () => '{"op":"ping"}',
  isPong: ({ data }: { readonly data: Buffer }) => data.toString() === '{"op":"pong"}',
} satisfies Liveness;

/** A connection with a heartbeat, whose frames are kept. */
function aBeatingOne(parts: Parameters<typeof accepted>[0] = {}) {
  const scene = accepted({ liveness: BEAT, ...parts });
  const frames: string[] = [];
  scene.connection.frames$.subscribe((frame) => frames.push(frame.text()));
  const pings = () => scene.wire.sent.filter((data) => data === BEAT.ping()).length;
  return { ...scene, frames, pings };
}

test('there is none where the peer is not pinged, or by Pings', () => {
  for (const liveness of [false, { pingEveryMs: 1, answerWithinMs: 1 }] as const)
    expect(accepted({ liveness }).connection.lazyIfMade?.heartbeat).toBeUndefined();
});

test('pings by messages, and no Ping is sent; the answers do not reach the handler', async () => {
  const { parent, wire, connection, frames, pings } = aBeatingOne();
  for (let passed = 0; passed < 5_000; passed += 100) {
    const before = pings();
    await parent.clock.advanceAsync(100);
    if (pings() > before) wire.deliver('{"op":"pong"}');
    wire.deliver('news');
  }
  expect(pings()).toBeGreaterThanOrEqual(4);
  expect(wire.asked).not.toContain('ping');
  expect(new Set(frames)).toEqual(new Set(['news']));
  expect(connection.state).toBe('open');
});

test('measures the round trip from the first ping that has no answer', async () => {
  const { parent, wire, connection, pings } = aBeatingOne();
  while (pings() === 0) await parent.clock.advanceAsync(10);
  await parent.clock.advanceAsync(120);
  wire.deliver('{"op":"pong"}');
  expect(connection.latencyMs).toBeGreaterThanOrEqual(120);
  expect(connection.latencyMs).toBeLessThanOrEqual(130);
});

test('a peer that answers none is lost', async () => {
  const { parent, wire, connection, pings } = aBeatingOne();
  await parent.clock.advanceAsync(2_500);
  expect(pings()).toBeGreaterThan(0);
  expect(wire.asked).toContain('terminate');
  wire.emitClosed({ kind: 'terminated' });
  expect(connection.report).toMatchObject({ trigger: 'liveness-lost', code: 1006 });
});

test('a peer that reads nothing is lost although pings are dropped', async () => {
  const limits = { maxBufferedBytes: 1000, highWaterMark: 1000, slowPeer: 'drop-newest' as const };
  const { parent, wire, connection, pings } = aBeatingOne({ limits });
  wire.bufferedBytes = 5_000;
  expect(connection.send('more')).toBe('dropped');
  await parent.clock.advanceAsync(5_000);
  expect(pings()).toBe(0);
  expect(wire.asked).toContain('terminate');
});

test('an asynchronous isPong answers for no frame', () => {
  const isPong = (() => Promise.resolve(true)) as unknown as typeof BEAT.isPong;
  const { wire, frames } = aBeatingOne({ liveness: { ...BEAT, isPong } });
  wire.deliver('news');
  expect(frames).toEqual(['news']);
});

test('an answer that nobody has asked for is taken out as well', () => {
  const { wire, frames, connection } = aBeatingOne();
  wire.deliver('{"op":"pong"}');
  expect([frames, connection.latencyMs]).toEqual([[], undefined]);
});

test.each<[string, Partial<typeof BEAT>]>([
  [
    'ping',
    {
      ping: () => {
        throw new Error('no ping');
      },
    },
  ],
  [
    'isPong',
    {
      isPong: () => {
        throw new Error('no pong');
      },
    },
  ],
])('%s that throws ends its connection with 1011, as an error of the handler', async (_name, wrong) => {
  const { parent, wire, connection } = aBeatingOne({ liveness: { ...BEAT, ...wrong } });
  wire.deliver('news');
  await parent.clock.advanceAsync(1_500);
  expect(wire.asked).toContain('close 1011');
  wire.emitClosing(1011);
  wire.emitClosed();
  expect(connection.report).toMatchObject({ trigger: 'handler-threw', code: 1011, cause: { message: /^no p/ } });
});

test('over sockets, a server with a JSON heartbeat is alive, and is not when it falls silent', async () => {
  await using supervisor = createSupervisor({ name: 'exchange' });
  let answers = true;
  const listener = await supervisor.listen({
    port: 0,
    handler: async (connection) => {
      for await (const frame of connection)
        if (answers && frame.text() === BEAT.ping()) connection.send('{"op":"pong"}');
    },
  });
  const liveness = { ...BEAT, pingEveryMs: 40, answerWithinMs: 40 };
  const feed = await connect(`ws://127.0.0.1:${listener.address?.port}/`, { liveness });
  while (feed.latencyMs === undefined) await new Promise((resolve) => setImmediate(resolve));
  expect(feed.state).toBe('open');
  answers = false;
  expect(await feed.closed).toMatchObject({ trigger: 'liveness-lost' });
});
