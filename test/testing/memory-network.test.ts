import { expect, test } from 'vitest';
import { MemoryNetwork } from '../../src/testing/memory-network.js';
import { createMemoryTransport, type MemoryTransport } from '../../src/testing/memory-transport.js';
import { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer } from '../../src/testing/scripted-server.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function served(): Promise<{ transport: MemoryTransport; server: ScriptedServer; dial: () => ScriptedPeer }> {
  const transport = createMemoryTransport();
  const server = await ScriptedServer.listen(transport);
  return { transport, server, dial: () => ScriptedPeer.dial(transport, server.url) };
}

test('gives a free port to those who ask for any, and passes over those in use', () => {
  const network = new MemoryNetwork();
  const owner = { take: () => {} };
  const first = network.bind(0, owner);
  network.bind(first + 1, owner);
  expect(network.bind(0, owner)).toBe(first + 2);
});

test('has a port for one owner only, until it is released', () => {
  const network = new MemoryNetwork();
  network.bind(4000, { take: () => {} });
  expect(() => network.bind(4000, { take: () => {} })).toThrow('EADDRINUSE');
  network.release(4000);
  expect(network.bind(4000, { take: () => {} })).toBe(4000);
});

test('has no port left when all are in use', () => {
  const network = new MemoryNetwork();
  const owner = { take: () => {} };
  const first = network.bind(0, owner);
  for (let port = first + 1; port <= 65_535; port += 1) network.bind(port, owner);
  expect(() => network.bind(0, owner)).toThrow('EADDRINUSE');
});

test('refuses dials with a status and Retry-After on request, and admits them again', async () => {
  const { transport, server, dial } = await served();
  transport.network.refuseDials(server.port, { status: 503, headers: { 'Retry-After': '3' } });
  expect(await dial().ended()).toMatchObject({ kind: 'refused', httpStatus: 503, retryAfterMs: 3_000 });
  expect(server.peers).toEqual([]);
  transport.network.admitDials(server.port);
  await dial().fact('wire.opened');
});

test('leaves dials unanswered on request; they can be called off', async () => {
  const { transport, server, dial } = await served();
  transport.network.ignoreDials(server.port);
  const dialed = dial();
  await turn();
  expect(dialed.facts).toEqual([]);
  expect(server.peers).toEqual([]);
  dialed.wire.terminate();
  expect(await dialed.ended()).toMatchObject({ kind: 'dial-failed' });
});

test('does the same to ports on which nobody listens', async () => {
  const transport = createMemoryTransport();
  transport.network.refuseDials(4000, { status: 429 });
  expect(await ScriptedPeer.dial(transport, 'ws://memory:4000/').ended()).toMatchObject({ httpStatus: 429 });
});

test('shows the links whose both ends are open, oldest first', async () => {
  const { transport, server, dial } = await served();
  const [first, second] = [dial(), dial()];
  await second.fact('wire.opened');
  const [a, b] = transport.network.links;
  expect([a?.dialed, a?.accepted, b?.dialed, b?.accepted]).toEqual([
    first.wire,
    server.peers[0]?.wire,
    second.wire,
    server.peers[1]?.wire,
  ]);
  expect(a?.port).toBe(server.port);
  b?.accepted.socket.freeze();
  b?.dialed.terminate();
  await second.ended();
  expect([...transport.network.links]).toEqual([a]);
  first.wire.close(1000, '');
  await first.ended();
  expect(transport.network.links.size).toBe(0);
});
