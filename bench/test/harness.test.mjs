import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { Bench } from '../run/bench.mjs';
import { BenchProcess } from '../run/child-process.mjs';
import { ClusterContestant } from '../run/cluster-contestant.mjs';
import { paired } from '../run/paired.mjs';
import { peers } from '../run/peers.mjs';
import { receiveScenarios } from '../scenarios/receive.mjs';
import { startScenarios } from '../scenarios/start.mjs';
import { TLS_FILES } from '../shared/tls/identity.mjs';

/** For what starts several processes. */
const SLOW_MS = 60_000;

const unpinned = { pinned: (_role, command) => command };
const rawWs = { name: 'raw-ws', ...peers['raw-ws'], ...peers['raw-ws'].find() };
const newBench = () => new Bench({ peers: [rawWs], pinning: unpinned, size: 'smoke', progress: () => {} });

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each([
  ['text', { payloadBytes: 64 }, false],
  ['binary', { payloadBytes: 64, isBinary: true }, false],
  ['text in long frames', { payloadBytes: 70_000 }, false],
  ['compressed text', { payloadBytes: 2048 }, true],
  ['text over TLS', { payloadBytes: 64 }, false, TLS_FILES],
])('loads a server with echoes of %s', async (_kind, message, isDeflated, tls) => {
  const bench = newBench();
  try {
    const contestant = await bench.enter(rawWs, { mode: 'echo', isDeflated, tls }, async ({ load }) => {
      await load.ask('open', { count: 3 });
      await load.ask('prepare', { ...message, atOnce: 2 });
    });
    expect(bench.failures).toEqual([]);
    const { total, perSecond, p50Us, cpuUs } = await contestant.measure('echo', { inFlight: 2, ms: 50 });
    expect(total).toBeGreaterThan(6);
    expect(perSecond).toBeGreaterThan(0);
    expect(p50Us).toBeGreaterThan(0);
    expect(cpuUs).toBeGreaterThan(0);
    const paced = await contestant.measure('paced', { perSecond: 200, ms: 100 });
    expect(paced).toMatchObject({ sent: 20, unanswered: 0 });
  } finally {
    await bench.end();
  }
});

test('counts every delivery of a broadcast, and every connection of a storm', async () => {
  const bench = newBench();
  try {
    const contestant = await bench.enter(rawWs, { mode: 'broadcast' }, ({ load }) => load.ask('open', { count: 5 }));
    const { deliveries, broadcasts } = await contestant.measure('broadcast', { burst: 10, ms: 50 });
    expect(deliveries).toBe(broadcasts * 5);
    expect(broadcasts % 10).toBe(0);
    const { total } = await contestant.measure('storm', { atOnce: 4, ms: 50 });
    expect(total).toBeGreaterThan(3);
    expect(await contestant.load.ask('end', { how: 'close' })).toMatchObject({ ended: 5 });
  } finally {
    await bench.end();
  }
});

test.each([
  ['', undefined],
  [' over TLS', TLS_FILES],
])('a client counts each message that the load has sent%s', { timeout: SLOW_MS }, async (_how, tls) => {
  const bench = newBench();
  try {
    const contestant = await bench.enter(rawWs, { mode: 'receive', tls }, async ({ server, load }) => {
      const { port } = await load.ask('listen', { tls, payloadBytes: 2000 });
      for (const style of ['iterated', 'pushed']) await server.ask('dial', { port, style });
    });
    expect(bench.failures).toEqual([]);
    for (const [client, style] of [
      [0, 'iterated'],
      [1, 'pushed'],
      [0, 'iterated'],
    ]) {
      const { messages } = await contestant.load.ask('feed', { client, ms: 20 });
      expect(messages).toBeGreaterThan(100);
      const { ms } = await contestant.server.ask('counted', { style, messages });
      expect(ms).toBeGreaterThan(0);
    }
  } finally {
    await bench.end();
  }
});

test('a client that receives is measured in an empty process and in a full one', { timeout: SLOW_MS }, async () => {
  const names = receiveScenarios.map(({ name }) => name);
  expect(names.filter((name) => !name.endsWith('-full')).map((name) => `${name}-full`)).toEqual(
    names.filter((name) => name.endsWith('-full')),
  );
  const [empty, full] = receiveScenarios;
  const bench = new Bench({ peers: [rawWs], pinning: unpinned, size: 'smoke', progress: () => {} });
  try {
    const rss = [];
    for (const { run } of [empty, full]) rss.push((await run(bench)).get('raw-ws')[0].rssMiB);
    expect(bench.failures).toEqual([]);
    expect(rss[1]).toBeGreaterThan(rss[0] + 20);
  } finally {
    await bench.end();
  }
});

test('measures how a server starts, in a process of its own each time', { timeout: SLOW_MS }, async () => {
  const bench = newBench();
  const [{ run }] = startScenarios;
  const samples = await run(bench);
  expect(bench.failures).toEqual([]);
  const slices = samples.get('raw-ws');
  expect(slices).toHaveLength(2);
  for (const { importMs, importedHeapMB, idleRssMiB, firstEchoMs } of slices) {
    expect(importMs).toBeGreaterThan(0);
    expect(firstEchoMs).toBeGreaterThan(importMs);
    expect(importedHeapMB).toBeGreaterThan(0.1);
    expect(idleRssMiB).toBeGreaterThan(10);
  }
});

test('measures one contestant with something and without it, each in turn first, and ends it each time', async () => {
  const bench = newBench();
  const done = [];
  let isOn = false;
  const plan = {
    peer: rawWs,
    settings: { mode: 'echo' },
    prepare: async () => {},
    rounds: 2,
    warmUps: 1,
    begin: async () => {
      isOn = true;
      return async () => {
        isOn = false;
      };
    },
    measure: async () => {
      done.push(isOn);
      if (done.length === 9) throw new Error('no such luck');
      return isOn ? 90 : 100;
    },
  };
  try {
    expect(await paired(bench, plan)).toEqual([
      { with: 90, without: 100 },
      { with: 90, without: 100 },
    ]);
    expect(done).toEqual([false, true, true, false, false, true]);
    expect(await paired(bench, plan)).toBeUndefined();
    expect(bench.failures).toMatchObject([{ peer: 'raw-ws', message: 'no such luck' }]);
    expect(isOn).toBe(false);
  } finally {
    await bench.end();
  }
});

test('leaves no process behind', async () => {
  const bench = newBench();
  const contestant = await bench.enter(rawWs, { mode: 'echo' }, async () => {});
  const pids = [contestant.server.ready.pid, contestant.load.ready.pid];
  expect(pids.map(isAlive)).toEqual([true, true]);
  await bench.end();
  expect(pids.map(isAlive)).toEqual([false, false]);
  await expect(bench.enter(rawWs, { mode: 'echo' }, async () => {})).rejects.toThrow('interrupted');
});

test('a peer that breaks is noted and does not stop the others', async () => {
  const bench = newBench();
  bench.begin('echo-1');
  const broken = {
    ...rawWs,
    name: 'broken',
    command: [process.execPath, '-e', 'console.error("no such luck"); process.exit(3)'],
  };
  expect(await bench.enter(broken, { mode: 'echo' }, async () => {})).toBeUndefined();
  expect(bench.failures).toEqual([
    { scenario: 'echo-1', peer: 'broken', message: expect.stringMatching(/^broken has exited \(3\)/) },
  ]);
  await bench.end();
});

test('refuses a server that is no WebSocket server', async () => {
  const server = createServer((_request, response) => response.writeHead(418).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const load = await BenchProcess.start({
    title: 'load',
    command: [process.execPath, new URL('../load/main.mjs', import.meta.url).pathname],
  });
  try {
    await load.ask('aim', { port: server.address().port, dialect: 'plain' });
    await expect(load.ask('open', { count: 1 })).rejects.toThrow(
      'load: the server answered the handshake with "HTTP/1.1 418',
    );
    await expect(load.ask('dance')).rejects.toThrow('there is no ask "dance"');
  } finally {
    await load.end();
    server.close();
  }
});

const isMissing = (program) => spawnSync(program, ['--version']).error !== undefined;

test.for([
  ['supervised', false, 'nats-server'],
  ['supervised', true, 'nats-server'],
  ['socketio', false, 'redis-server'],
])(
  'counts what one member says to all on two nodes: %s, with a history %s',
  async ([peer, hasHistory, program], { skip }) => {
    if (process.env.WIREKEEPER_REQUIRE_PEERS !== '1') skip(isMissing(program), `there is no ${program}`);
    const contestant = await ClusterContestant.start(peer, unpinned, { mode: 'broadcast', hasHistory });
    try {
      await contestant.open(6);
      await contestant.load.ask('prepare', { payloadBytes: 128, atOnce: 1, isEchoed: false });
      const many = await contestant.measure('topic', { inFlight: 2, ms: 100 });
      expect(many.deliveries % 6).toBe(0);
      expect(many.deliveriesPerSecond).toBeGreaterThan(0);
      expect(many.cpuUs).toBeGreaterThan(0);
      const paced = await contestant.measure('pacedTopic', { perSecond: 50, ms: 200 });
      expect(paced.deliveries).toBe(60);
      expect(paced.p99Us).toBeGreaterThan(0);
    } finally {
      await contestant.end();
    }
  },
  30_000,
);
