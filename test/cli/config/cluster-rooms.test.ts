import { afterEach, beforeEach, expect, test } from 'vitest';
import { clusterRoomsHandler } from '../../../src/cli/config/cluster-rooms.js';
import { createCluster, topicPosition } from '../../../src/cluster/index.js';
import { createSupervisor, type Supervisor } from '../../../src/index.js';
import {
  createHeapClock,
  createMemoryBroker,
  createMemoryTransport,
  type HeapClock,
  type MemoryBroker,
  ScriptedPeer,
} from '../../../src/testing/index.js';

const HISTORY = { messages: 100, ageMs: 600_000 };

let clock: HeapClock;
let broker: MemoryBroker;
let nodes: Supervisor[];
let join: (node: number, path: string) => Promise<ScriptedPeer>;

async function start(history: typeof HISTORY | undefined, path = '/rooms/*') {
  const transport = createMemoryTransport(clock);
  for (const port of [8001, 8002]) {
    const supervisor = createSupervisor({ clock, transport, liveness: false });
    nodes.push(supervisor);
    const cluster = await createCluster(supervisor, { broker, name: 'service', heartbeatMs: 500 });
    await supervisor.listen<unknown>({ port, path, handler: clusterRoomsHandler({ cluster, history }, [path]) });
  }
  await clock.advanceAsync(0);
  join = async (node, at) => {
    const peer = ScriptedPeer.dial(transport, `ws://memory:${8000 + node}${at}`);
    await peer.fact('wire.opened');
    await clock.advanceAsync(10);
    return peer;
  };
}

beforeEach(() => {
  clock = createHeapClock();
  broker = createMemoryBroker(clock);
  nodes = [];
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.terminate()));
});

/** Sends a text, and lets it come to all. */
async function say(peer: ScriptedPeer, text: string): Promise<void> {
  peer.send(text);
  await clock.advanceAsync(10);
}

/** The code of the Close that a peer has got. */
const codeOf = async (peer: ScriptedPeer) => (await peer.fact('wire.closing')).received.code;

test.each([
  ['without a history', undefined],
  ['with one', HISTORY],
])('%s a message comes to all others in the room on all nodes, as it was', async (_what, history) => {
  await start(history);
  const [ann, ben, cid, dan] = await Promise.all([
    join(1, '/rooms/tea'),
    join(2, '/rooms/tea'),
    join(1, '/rooms/tea'),
    join(2, '/rooms/coffee'),
  ]);
  await say(ann, 'hello');
  await say(ben, 'hi');
  expect([ann.texts, ben.texts, cid.texts, dan.texts]).toEqual([['hi'], ['hello'], ['hello', 'hi'], []]);
});

test('a client that comes back to another node has each message once and in order, its own among them', async () => {
  await start(HISTORY);
  const reader = topicPosition();
  const got: string[] = [];
  const read = (peer: ScriptedPeer) => {
    for (const frame of peer.frames) {
      const said = reader.read(frame);
      if (said?.type === 'message') got.push(said.frame.data.toString());
    }
  };
  const [ann, ben] = [await join(1, '/rooms/tea?since='), await join(2, '/rooms/tea')];
  await say(ann, '1');
  await say(ben, '2');
  read(ann);
  ann.close();
  await clock.advanceAsync(10);
  await say(ben, '3');
  await say(ben, '4');
  const back = await join(2, `/rooms/tea?since=${encodeURIComponent(String(reader))}`);
  await say(ben, '5');
  read(back);
  expect(got).toEqual(['1', '2', '3', '4', '5']);
  expect(back.texts.find((text) => text.startsWith('='))).toMatch(/ complete$/);
});

test('a client whose message was not taken is closed with 1013, and one that wants what it has missed as well', async () => {
  await start(HISTORY);
  const ann = await join(1, '/rooms/tea');
  broker.stop();
  await clock.advanceAsync(10);
  ann.send('hello?');
  expect(await codeOf(ann)).toBe(1013);
  const ben = await join(1, '/rooms/tea?since=');
  expect(await codeOf(ben)).toBe(1013);
});

test('a message that is too long for the broker, and a name that is too long for a room, close the client only', async () => {
  broker = createMemoryBroker(clock, { maxPayloadBytes: 4 });
  await start(undefined);
  const [ann, ben] = [await join(1, '/rooms/tea'), await join(2, '/rooms/tea')];
  ann.send('hello');
  expect(await codeOf(ann)).toBe(1009);
  const cid = await join(1, `/rooms/${'x'.repeat(300)}`);
  expect(await codeOf(cid)).toBe(1008);
  expect(ben.facts.map(({ type }) => type)).not.toContain('wire.closing');
});

test('a room is named by its path, whatever its parameters are called', async () => {
  await start(undefined, '/:house/rooms/:room');
  const [ann, ben] = [await join(1, '/a/rooms/b'), await join(2, '/a/rooms/b')];
  const other = await join(2, '/b/rooms/a');
  await say(ann, 'hello');
  expect([ben.texts, other.texts]).toEqual([['hello'], []]);
});
