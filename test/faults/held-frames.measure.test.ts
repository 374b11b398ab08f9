import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { BytePeer } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';
import { OP } from '../support/frame-bytes.js';

const FRAMES = 400;
const READ = 60_000;
const MB = 1e6;

async function heldBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await turn();
    globalThis.gc?.();
  }
  const { arrayBuffers } = process.memoryUsage();
  return arrayBuffers;
}

// A received frame is a view of the read it came in: 400 frames of 64 bytes held 25 MB.
test('small frames that wait for their handler do not hold the reads they came in', async () => {
  expect(globalThis.gc).toBeInstanceOf(Function);
  await using supervisor = createSupervisor();
  let connection: Connection<unknown> | undefined;
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: (own) => {
      connection = own;
      return own.closed;
    },
  });
  await using peer = await BytePeer.open(listener.address?.port ?? 0);
  const before = await heldBytes();
  // Each small message in a read of its own, which is full of Pongs that nobody has to keep.
  const pongs = Array.from({ length: Math.floor(READ / 131) }, () => ({ opcode: OP.pong, payload: Buffer.alloc(125) }));
  const bytes = peer.framed({ opcode: OP.binary, payload: Buffer.alloc(64) }, ...pongs);
  for (let i = 1; i <= FRAMES; i++) {
    peer.socket.write(bytes);
    await eventually(() => connection?.toJSON().framesIn === i && peer.socket.writableLength === 0);
  }
  const grown = (await heldBytes()) - before;
  expect(connection?.toJSON().framesIn).toBe(FRAMES);
  expect(grown).toBeLessThan(2 * MB);
  let kept = 0;
  while (kept < FRAMES && (await connection?.receive()) !== undefined) kept += 1;
  expect(kept).toBe(FRAMES);
});

test('peers that announce a megabyte each and send ten bytes hold about nothing', async () => {
  const PEERS = 300;
  await using supervisor = createSupervisor();
  const listener = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: (connection) => connection.closed });
  const peers = await Promise.all(Array.from({ length: PEERS }, () => BytePeer.open(listener.address?.port ?? 0)));
  const before = await heldBytes();
  const heard = new Map([...supervisor.connections.values()].map((connection) => [connection, connection.toJSON()]));
  for (const peer of peers)
    peer.socket.write(peer.framed({ opcode: OP.binary, announced: 1024 * 1024, payload: Buffer.alloc(10) }));
  await eventually(() => peers.every(({ socket }) => socket.writableLength === 0));
  for (let i = 0; i < 20; i++) await turn();
  const grown = (await heldBytes()) - before;
  expect(heard.size).toBe(PEERS);
  expect(grown / PEERS).toBeLessThan(4 * 1024);
  for (const peer of peers) await peer[Symbol.asyncDispose]();
  await eventually(() => supervisor.connections.size === 0);
});
