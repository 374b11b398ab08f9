import { expect, test } from 'vitest';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { BytePeer, requestBytes } from '../support/byte-peer.js';
import { OP } from '../support/frame-bytes.js';

const CROWD = 10_000;
const AT_ONCE = 250;
const ROUND_TRIPS = 200;
const WITHIN_MS = 120_000;

const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });

/** The median time of an echo, in ms. */
async function echoMs(peer: BytePeer): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i += 1) {
    const sentAt = performance.now();
    const before = peer.frames.length;
    peer.send({ opcode: OP.text, payload: 'still there?' });
    await peer.received(before + 1);
    times.push(performance.now() - sentAt);
  }
  return times.sort((a, b) => a - b)[ROUND_TRIPS / 2] ?? 0;
}

test(
  '10,000 silent connections of one client take a thousand places, by default, and a good client is served as before',
  async () => {
    const supervisor = createSupervisor({ liveness: false });
    const listener = await supervisor.listen({
      port: 0,
      host: '127.0.0.1',
      trustProxy: ['loopback'],
      handler: async (connection) => {
        for await (const frame of connection) connection.send(frame);
      },
    });
    const port = listener.address?.port ?? 0;
    await using good = await BytePeer.open(port, from('203.0.113.8'));
    const aloneMs = await echoMs(good);
    const silent: BytePeer[] = [];
    const statuses: Record<string, number> = {};
    for (let opened = 0; opened < CROWD; opened += AT_ONCE) {
      const peers = Array.from({ length: AT_ONCE }, () => BytePeer.connect(port, requestBytes(from('203.0.113.7'))));
      for (const peer of peers) {
        const status = (await peer.readHead()).slice('HTTP/1.1 '.length, 'HTTP/1.1 101'.length);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status === '101') silent.push(peer);
        else await peer[Symbol.asyncDispose]();
      }
    }
    expect(statuses).toEqual({ 101: 1_000, 429: 9_000 });
    expect(supervisor.stats()).toMatchObject({ refusedBy: { maxConnectionsPerAddress: 9_000 } });
    const crowdedMs = await echoMs(good);
    process.stdout.write(`an echo takes ${aloneMs.toFixed(3)} ms alone, ${crowdedMs.toFixed(3)} ms beside the crowd\n`);
    expect(crowdedMs).toBeLessThan(2 * aloneMs + 1);
    await using newcomer = await BytePeer.open(port, from('203.0.113.9'));
    await echoMs(newcomer);
    for (const peer of silent) await peer[Symbol.asyncDispose]();
    await supervisor.terminate();
  },
  WITHIN_MS,
);
