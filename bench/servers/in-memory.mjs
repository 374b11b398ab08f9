/**
 * Supervised connections over the in-memory transport, both ends in this process: what supervision itself costs at any
 * number of connections, without sockets and their limits. Time stands still until the heartbeat is asked for.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { createSupervisor } from '../../dist/index.js';
import { createHeapClock, createMemoryTransport } from '../../dist/testing/index.js';
import { serveAsks } from '../shared/asks.mjs';
import { cpuUs, memoryAfterGc } from '../shared/usage.mjs';

const WIRE_OPTIONS = { maxPayloadBytes: 1 << 20, maxFragments: 1024, perMessageDeflate: false };
const TURNS_AT_MOST = 100_000;
const LOOKS = 2000;
const PING_EVERY_MS = 30_000;
const SWEEP_STEP_MS = 1000;
const ANSWER_MS = 0.5;
const TURNS_FOR_AN_ANSWER = 4;

const clock = createHeapClock();
// Time stands still while a Pong is on its way; in the world it takes some.
const transport = createMemoryTransport({ now: () => clock.now() + ANSWER_MS, wallNow: () => clock.wallNow() });
const supervisor = createSupervisor({ name: 'bench', clock, transport, limits: { maxConnections: 200_000 } });
const listener = await supervisor.listen({
  port: 0,
  liveness: { pingEveryMs: PING_EVERY_MS },
  handler: async (connection) => {
    for await (const frame of connection) connection.send(frame);
  },
});
const url = `ws://127.0.0.1:${listener.address.port}/`;
/** The clients' ends, bare wires: oldest first. */
const clients = [];

serveAsks({
  /** Opens or closes connections until there are `to`. */
  populate: async ({ to }) => {
    while (clients.length < to) await start(Math.min(1000, to - clients.length));
    if (clients.length > to) await stop(clients.length - to);
    globalThis.gc();
  },
  /** Starts `count` connections more and stops them again by the closing handshake. CPU us per connection. */
  startStop: async ({ count }) => ({
    startUs: await costOf(count, () => start(count)),
    stopUs: await costOf(count, () => stop(count)),
  }),
  /** Lets the clock go once round, so that every peer is pinged and answers. CPU us per connection. */
  sweep: async () => ({ sweepUs: await costOf(clients.length, sweep) }),
  /** Records all connections until each has answered Pings, and lets go of the recorder. Bytes per connection. */
  recordedBytes: async () => {
    const { createRecorder } = await import('../../dist/inspect/index.js');
    // Held by this object alone, so that all of it is garbage when this is emptied.
    const held = { recorder: createRecorder() };
    held.observing = supervisor.observe(held.recorder);
    for (let times = 0; times < 2; times += 1) await sweep();
    const pinged = [...held.recorder.timelines()].filter(({ entries }) => entries.length > 0).length;
    if (pinged < clients.length) throw new Error(`${pinged} of ${clients.length} connections were recorded`);
    const recorded = await memoryAfterGc(globalThis.gc);
    held.observing.unsubscribe();
    delete held.observing;
    delete held.recorder;
    const left = await memoryAfterGc(globalThis.gc);
    return { recordedBytes: (recorded.live - left.live) / clients.length };
  },
  /** CPU us per `stats()` and per look-up by id. */
  look: async () => {
    const ids = Array.from(supervisor.connections.keys()).slice(-LOOKS);
    const statsUs = await costOf(LOOKS, () => repeat(LOOKS, () => supervisor.stats()));
    const lookupUs = await costOf(ids.length, () => ids.forEach((id) => supervisor.connections.get(id)));
    return { statsUs, lookupUs };
  },
  /** All clients drop TCP at once. CPU us per connection. */
  massDisconnect: async () => {
    const count = clients.length;
    return {
      dropUs: await costOf(count, async () => {
        for (const client of clients.splice(0)) client.terminate();
        await untilSupervised(0);
      }),
    };
  },
});

async function sweep() {
  for (let ms = 0; ms < PING_EVERY_MS; ms += SWEEP_STEP_MS) {
    clock.advance(SWEEP_STEP_MS);
    for (let turns = 0; turns < TURNS_FOR_AN_ANSWER; turns += 1) await turn();
  }
  if (supervisor.connections.size !== clients.length)
    throw new Error(`the sweep has lost ${clients.length - supervisor.connections.size} connections`);
}

async function start(count) {
  const wanted = clients.length + count;
  for (let left = count; left > 0; left -= 1) {
    const wire = transport.dial({ url, headers: {}, protocols: [], tls: {}, options: WIRE_OPTIONS });
    wire.facts$.subscribe();
    wire.frames$.subscribe();
    clients.push(wire);
  }
  await untilSupervised(wanted);
}

async function stop(count) {
  for (const client of clients.splice(-count)) client.close(1000, '');
  await untilSupervised(clients.length);
}

async function untilSupervised(count) {
  for (let turns = 0; supervisor.connections.size !== count; turns += 1) {
    if (turns === TURNS_AT_MOST)
      throw new Error(`there are ${supervisor.connections.size} connections instead of ${count}`);
    await turn();
  }
}

async function costOf(count, run) {
  const before = cpuUs();
  await run();
  return (cpuUs() - before) / count;
}

function repeat(times, run) {
  for (let left = times; left > 0; left -= 1) run();
}
