import { expect, test } from 'vitest';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer } from '../../src/testing/scripted-server.js';

const MANY = 100;

/** What is emitted where, in order, when many dial, talk, and leave in different ways. */
async function history(): Promise<string[]> {
  const transport = createMemoryTransport();
  const server = await ScriptedServer.listen(transport);
  const emitted: string[] = [];
  const peers = Array.from({ length: MANY }, (_, n) => {
    const peer = ScriptedPeer.dial(transport, server.url);
    peer.wire.facts$.subscribe(({ type }) => emitted.push(`${n} ${type}`));
    peer.wire.frames$.subscribe(({ data }) => emitted.push(`${n} ${data.toString()}`));
    return peer;
  });
  await peers.at(-1)?.fact('wire.opened');
  for (const { wire } of server.peers) wire.send('hello', false);
  peers.forEach(({ wire }, n) => {
    if (n % 3 === 0) wire.close(1000, '');
    else wire.terminate();
  });
  await Promise.all(peers.map((peer) => peer.ended()));
  return emitted;
}

test('emits the same in the same order each time', async () => {
  const first = await history();
  expect(first.length).toBeGreaterThan(2 * MANY);
  expect(await history()).toEqual(first);
});

test('takes a clock as it is', async () => {
  const clock = createHeapClock(5_000);
  const transport = createMemoryTransport(clock);
  const server = await ScriptedServer.listen(transport);
  const peer = ScriptedPeer.dial(transport, server.url);
  await peer.fact('wire.opened');
  expect(peer.wire.heardAt).toBe(5_000);
  expect(clock.pending).toBe(0);
});

test('has ports of its own: another transport does not see them', async () => {
  const server = await ScriptedServer.listen(createMemoryTransport());
  const end = await ScriptedPeer.dial(createMemoryTransport(), server.url).ended();
  expect(end).toMatchObject({ kind: 'dial-failed', cause: { code: 'ECONNREFUSED' } });
});

test('reaches one port under any host', async () => {
  const transport = createMemoryTransport();
  const server = await ScriptedServer.listen(transport, { port: 80 });
  for (const host of ['memory', '127.0.0.1', 'example.com'])
    await ScriptedPeer.dial(transport, `ws://${host}/`).fact('wire.opened');
  expect(server.peers).toHaveLength(3);
});

test('leads from a link to the end that the code under test keeps to itself', async () => {
  const transport = createMemoryTransport();
  const server = await ScriptedServer.listen(transport);
  const dialed = ScriptedPeer.dial(transport, server.url);
  await dialed.fact('wire.opened');
  [...transport.network.links].at(-1)?.accepted.socket.reset();
  expect(await dialed.ended()).toMatchObject({
    kind: 'socket-error',
    cause: { code: 'ECONNRESET', syscall: 'read', errno: expect.any(Number) },
  });
});
