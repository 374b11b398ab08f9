import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { connect, createSupervisor, refuse } from '../../../src/index.js';
import { createDashboard } from '../../../src/inspect/dashboard/index.js';
import { type DashboardMessage, PROTOCOL } from '../../../src/inspect/dashboard/protocol.js';
import { createRecorder } from '../../../src/inspect/index.js';
import { aDashboard } from '../../support/dashboard-scene.js';
import { eventually } from '../../support/eventually.js';
import { sharing } from '../../support/shared-server.js';

test('of a thousand viewers sixteen look, the others are refused, and those that look still do', async () => {
  await using scene = await aDashboard();
  const first = await scene.view();
  const attempts = await Promise.allSettled(Array.from({ length: 999 }, () => scene.view()));
  const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [String(attempt.reason)] : []));
  expect(scene.dashboard.viewers).toBe(16);
  expect(refused.length).toBe(984);
  expect(refused.filter((why) => !why.includes('503'))).toEqual([]);
  first.send({ type: 'series', resolution: 'second' });
  expect(await first.next('series')).toBeDefined();
});

test('a viewer that asks without end keeps nobody else from looking', async () => {
  await using scene = await aDashboard();
  const greedy = await connect(`ws://${scene.base}/_wirekeeper/feed`, { protocols: [PROTOCOL] });
  const asks = ['series', 'look'].map((type) =>
    JSON.stringify({ type, resolution: 'second', look: 1, table: 'endings', query: {}, first: 0, count: 200 }),
  );
  for (let index = 0; index < 5000; index += 1) greedy.send(asks[index % 2] ?? '');
  const other = await scene.view();
  other.send({ type: 'follow', subject: { machine: 'supervisor', supervisor: 'service' } });
  expect(await other.next('detail')).toMatchObject({ presence: 'live', path: 'running' });
  greedy.terminate();
  await eventually(() => scene.dashboard.viewers === 1);
});

test.each(['(a+)+$'.repeat(20), '.*', '\\', '[', '%00', '\u0000\u202e', "' OR 1=1 --"])(
  'a search for %j is for that text',
  async (search) => {
    await using scene = await aDashboard();
    await scene.join(`/${'a'.repeat(5000)}`);
    const viewer = await scene.view();
    viewer.send({ type: 'look', look: 1, table: 'connections', query: { search }, first: 0, count: 10 });
    expect(await viewer.next('rows')).toMatchObject({ total: 0, of: 1 });
  },
);

test('windows beyond the end, and of no length, are empty', async () => {
  await using scene = await aDashboard();
  await scene.join();
  const viewer = await scene.view();
  for (const [look, first, count] of [
    [1, Number.MAX_SAFE_INTEGER, 200],
    [2, 0, 0],
  ] as const) {
    viewer.send({ type: 'look', look, table: 'connections', query: {}, first, count });
    expect(await viewer.next('rows', (rows) => rows.look === look)).toMatchObject({ total: 1, rows: [] });
  }
});

test('planted secrets are in no message and no download', async () => {
  const secret = 'c0ffee-secret';
  const recorder = createRecorder();
  const server = createServer();
  await using shared = await sharing(server);
  await using supervisor = createSupervisor({ name: 'service', recorder, liveness: false, warnWhenFailed: false });
  const dashboard = createDashboard(supervisor, { recorder, actions: true });
  server.on('request', (request, response) => dashboard.handle(request, response));
  server.on('upgrade', (request, socket, head) => void dashboard.handleUpgrade(request, socket, head));
  await supervisor.listen({
    id: 'chat',
    server,
    path: ['/room', '/throws', '/refused'],
    protocols: [`bearer.${secret}`],
    authenticate: (request) => (request.path === '/refused' ? refuse(401) : { data: { secret } }),
    handler: async (connection) => {
      if (connection.request.path === '/throws') throw new Error(`no ${secret}`, { cause: secret });
      for await (const frame of connection) connection.send(frame);
    },
  });
  const base = `127.0.0.1:${shared.port}`;
  const settings = { protocols: [`bearer.${secret}`], headers: { authorization: `Bearer ${secret}`, cookie: secret } };
  const dial = (path: string) => connect(`ws://user:${secret}@${base}${path}?token=${secret}`, settings);
  const [room, throwing] = await Promise.all([dial('/room'), dial('/throws').catch(() => undefined)]);
  await dial('/refused').catch(() => undefined);
  supervisor.dial({ id: 'feed', url: `ws://127.0.0.1:1/?token=${secret}`, headers: { cookie: secret } });
  room.send(secret);
  const feed = await connect(`ws://${base}/_wirekeeper/feed`, { protocols: [PROTOCOL] });
  const messages: DashboardMessage[] = [];
  feed.frames$.subscribe((frame) => messages.push(frame.json() as DashboardMessage));
  const ids = [...supervisor.connections.values()].flatMap(({ id, childId }) => (childId === 'chat' ? [id] : []));
  const ask = (message: object) => feed.send(JSON.stringify(message));
  ask({ type: 'look', look: 1, table: 'connections', query: {}, first: 0, count: 50 });
  ask({ type: 'follow', subject: { machine: 'connection', connectionId: ids.at(-1) } });
  await eventually(() => messages.some(({ type }) => type === 'rows'));
  room.close(4001, secret);
  await Promise.all([room.closed, throwing?.closed]);
  await eventually(() => supervisor.endings.length >= 3);
  ask({ type: 'look', look: 2, table: 'endings', query: {}, first: 0, count: 50 });
  ask({ type: 'follow', subject: { machine: 'dialer', supervisor: 'service', childId: 'feed' } });
  await eventually(() => messages.some((message) => message.type === 'rows' && message.look === 2));
  const downloads = await Promise.all(
    [...supervisor.endings.map(({ connectionId }) => `connection/${connectionId}`), 'dialer/service/feed'].map(
      async (path) => (await fetch(`http://${base}/_wirekeeper/${path}.json`)).text(),
    ),
  );
  await eventually(() => messages.filter(({ type }) => type === 'detail').length > 1);
  feed.close();
  await feed.closed;
  expect(downloads.length).toBeGreaterThan(3);
  expect(downloads.filter((text) => text.includes(secret))).toEqual([]);
  expect(messages.filter((message) => JSON.stringify(message).includes(secret))).toEqual([]);
});
