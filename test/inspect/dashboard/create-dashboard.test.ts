import { expect, test } from 'vitest';
import { connect, createSupervisor } from '../../../src/index.js';
import { createDashboard } from '../../../src/inspect/dashboard/index.js';
import { PROTOCOL } from '../../../src/inspect/dashboard/protocol.js';
import { createRecorder } from '../../../src/inspect/index.js';
import { aDashboard } from '../../support/dashboard-scene.js';
import { eventually } from '../../support/eventually.js';

test('answers what is below its path, and leaves everything else alone', async () => {
  await using scene = await aDashboard();
  expect((await scene.get('/_wirekeeper/')).status).toBe(200);
  expect((await scene.get('/_wirekeeper')).headers.get('location')).toBe('/_wirekeeper/');
  expect(await (await scene.get('/_wirekeepers')).text()).toBe('not ours');
  expect(await (await scene.get('/other')).text()).toBe('not ours');
});

test('the first messages of a feed are welcome and overview, and an overview follows each second', async () => {
  await using scene = await aDashboard();
  const viewer = await scene.view();
  await eventually(() => viewer.of('overview').length > 1);
  expect(viewer.messages.slice(0, 2).map(({ type }) => type)).toEqual(['welcome', 'overview']);
  expect(viewer.of('welcome')[0]).toMatchObject({ name: 'service', mayAct: false, showsReasons: false });
  expect(viewer.of('overview')[0]).toMatchObject({
    missed: 0,
    supervisors: [{ key: 'service', id: 'service', state: 'running', children: [{ id: 'chat', kind: 'listener' }] }],
  });
});

test('viewers are not among the connections that are shown, and are not counted', async () => {
  await using scene = await aDashboard();
  const viewer = await scene.view();
  await scene.join();
  viewer.send({ type: 'look', look: 1, table: 'connections', query: {}, first: 0, count: 10 });
  expect(await viewer.next('rows')).toMatchObject({ total: 1, of: 1, rows: [{ childId: 'chat', path: '/room' }] });
  expect(scene.supervisor.stats().connections.open).toBe(1);
  expect(scene.dashboard.viewers).toBe(1);
});

test('counts machines by state and steps by edge from its creation on', async () => {
  await using scene = await aDashboard();
  const [first, second] = [await scene.join(), await scene.join()];
  first?.close(4000, 'bye');
  await first?.closed;
  await eventually(() => scene.supervisor.connections.size === 1);
  const viewer = await scene.view();
  const { machines, totals } = await viewer.next('overview');
  expect(machines.connection.states).toMatchObject({ open: { now: 1, entered: 2 }, closed: { now: 0, entered: 1 } });
  expect(machines.connection.edges).toContainEqual(
    expect.objectContaining({ from: 'open', event: 'wire.closing', to: 'closing.crossed', sinceStart: 1 }),
  );
  expect(machines.supervisor.states).toMatchObject({ running: { now: 1 } });
  expect(totals).toMatchObject({ opened: 2, ended: 1, endings: { 'peer-closed': 1 } });
  expect(second?.state).toBe('open');
});

test('one connection is followed to its end, with its steps and its sentence', async () => {
  await using scene = await aDashboard();
  const peer = await scene.join();
  const [id = ''] = scene.supervisor.connections.keys();
  const viewer = await scene.view();
  viewer.send({ type: 'follow', subject: { machine: 'connection', connectionId: id } });
  const live = await viewer.next('detail');
  expect(live).toMatchObject({ presence: 'live', path: 'open', connection: { id, framesIn: 0 }, timeline: [] });
  const began = performance.now();
  peer.send('hello');
  const counted = await viewer.next('detail', ({ connection }) => connection?.framesIn === 1);
  expect(performance.now() - began).toBeLessThan(250);
  expect(counted.timeline).toEqual([]);
  peer.close(4001, 'a secret reason');
  const ended = await viewer.next('detail', ({ presence }) => presence === 'ended');
  expect(ended.ending).toMatchObject({ trigger: 'peer-closed', code: 4001, sections: ['5.5.1'] });
  expect(ended.ending?.text).toContain('The peer closed the connection with 4001');
  const steps = viewer.of('detail').flatMap(({ timeline }) => timeline.filter((entry) => entry.kind === 'step'));
  expect(steps.map((step) => [step.from, step.event, step.to, step.about])).toContainEqual([
    'open',
    'wire.closing',
    'closing.crossed',
    '4001',
  ]);
  expect(JSON.stringify(viewer.messages)).not.toContain('secret');
  const { headers } = await scene.get(`/_wirekeeper/${ended.download}`);
  expect(headers.get('content-disposition')).toBe(`attachment; filename="${id}.json"`);
});

test('a subject that does not exist is unknown', async () => {
  await using scene = await aDashboard();
  const viewer = await scene.view();
  viewer.send({ type: 'follow', subject: { machine: 'connection', connectionId: 'javascript:alert(1)' } });
  expect(await viewer.next('detail')).toMatchObject({ presence: 'unknown', timeline: [] });
});

test('with a recorder, a connection that is gone has its whole timeline, and downloads it', async () => {
  const recorder = createRecorder();
  await using scene = await aDashboard({ recorder }, { recorder });
  const { supervisor } = scene;
  const peer = await scene.join();
  const [id = ''] = supervisor.connections.keys();
  peer.close(4001, 'a secret reason');
  await peer.closed;
  await eventually(() => supervisor.connections.size === 0);
  const viewer = await scene.view();
  viewer.send({ type: 'follow', subject: { machine: 'connection', connectionId: id } });
  const detail = await viewer.next('detail');
  expect(viewer.of('welcome')[0]?.hasRecorder).toBe(true);
  expect(detail).toMatchObject({ presence: 'ended', path: 'closed', timelineFrom: 0, timelineMissed: 0 });
  expect(detail.timeline).toContainEqual(
    expect.objectContaining({ kind: 'step', by: 'peer', event: 'wire.closing', from: 'open', about: '4001' }),
  );
  const download = await scene.get(`/_wirekeeper/${detail.download}`);
  const text = await download.text();
  expect(JSON.parse(text)).toMatchObject({ machine: 'connection', id, end: { report: { code: 4001, reason: '***' } } });
  expect(text + JSON.stringify(viewer.messages)).not.toContain('secret');
});

test('a connection whose timeline was dropped does not have that of a dialer with its id', async () => {
  const recorder = createRecorder({ maxTimelines: 0 });
  await using scene = await aDashboard({ recorder }, { recorder });
  const { supervisor } = scene;
  const peer = await scene.join();
  const [id = ''] = supervisor.connections.keys();
  peer.close();
  await peer.closed;
  await eventually(() => supervisor.connections.size === 0);
  supervisor.dial({ id, url: 'ws://memory:1/' });
  const answer = await scene.get(`/_wirekeeper/connection/${id}.json`);
  expect(await answer.json()).toMatchObject({ machine: 'connection', presence: 'ended', report: { connectionId: id } });
});

test('actions are refused unless they are allowed', async () => {
  await using scene = await aDashboard();
  await scene.join();
  const [id = ''] = scene.supervisor.connections.keys();
  const viewer = await scene.view();
  viewer.send({ type: 'act', request: 7, action: { kind: 'terminate', connectionId: id } });
  expect(await viewer.next('acted')).toMatchObject({ request: 7, isDone: false });
  expect(scene.supervisor.connections.size).toBe(1);
});

test('an action is carried out and reported, where actions are allowed', async () => {
  const reported: unknown[] = [];
  await using scene = await aDashboard({ actions: true, onAction: (what) => reported.push(what) });
  const peer = await scene.join();
  const [id = ''] = scene.supervisor.connections.keys();
  const viewer = await scene.view();
  const action = { kind: 'close', connectionId: id, code: 4003, reason: 'enough' } as const;
  viewer.send({ type: 'act', request: 1, action });
  expect(await viewer.next('acted')).toEqual({ type: 'acted', request: 1, isDone: true });
  expect((await peer.closed).received).toEqual({ code: 4003, reason: 'enough' });
  expect(reported).toEqual([{ action, remoteAddress: '127.0.0.1', isDone: true }]);
});

test('a page of another site cannot open the feed', async () => {
  await using scene = await aDashboard({ actions: true });
  await expect(scene.view({ origin: 'https://evil.example' })).rejects.toThrow('403');
});

test('without a token, a request by another name than this machine is refused: DNS rebinding', async () => {
  await using scene = await aDashboard();
  const headers = { host: 'evil.example', origin: 'http://evil.example' };
  await expect(connect(`ws://${scene.base}/_wirekeeper/feed`, { protocols: [PROTOCOL], headers })).rejects.toThrow();
  expect((await scene.get('/_wirekeeper/', { headers: { 'x-forwarded-for': '192.0.2.1' } })).status).toBe(403);
});

test('with a token, the page gets a cookie for it, and with it the feed', async () => {
  const token = 'correct-horse-battery';
  await using scene = await aDashboard({ token });
  const origin = `http://${scene.base}`;
  expect(await (await scene.get('/_wirekeeper/access')).json()).toEqual({ access: 'token' });
  await expect(scene.view({ origin })).rejects.toThrow('401');
  const post = (given: string) =>
    scene.get('/_wirekeeper/access', { method: 'POST', headers: { authorization: `Bearer ${given}` } });
  expect((await post('wrong-horse-battery!')).status).toBe(401);
  const granted = await post(token);
  const cookie = granted.headers.get('set-cookie') ?? '';
  expect([granted.status, cookie]).toEqual([
    204,
    expect.stringMatching(/; Path=\/_wirekeeper\/; HttpOnly; SameSite=Strict$/),
  ]);
  expect(cookie).not.toContain(token);
  const viewer = await scene.view({ origin, cookie: cookie.split(';', 1)[0] ?? '' });
  expect(await viewer.next('overview')).toBeDefined();
  expect(await (await scene.get('/_wirekeeper/access', { headers: { cookie } })).json()).toEqual({ access: 'granted' });
});

test('authorize decides in place of the token, and only true grants', async () => {
  for (const authorize of [() => false, () => 'yes' as never, () => Promise.reject(new Error('no'))]) {
    await using scene = await aDashboard({ authorize });
    await expect(scene.view()).rejects.toThrow('403');
    expect((await scene.get('/_wirekeeper/')).status).toBe(403);
  }
  await using scene = await aDashboard({ authorize: async ({ headers }) => headers['x-user'] === 'ann' });
  const viewer = await scene.view({ 'x-user': 'ann' });
  expect(await viewer.next('overview')).toBeDefined();
});

test('more viewers than allowed are refused with 503', async () => {
  await using scene = await aDashboard({ maxViewers: 2 });
  await scene.view();
  await scene.view();
  await expect(scene.view()).rejects.toThrow('503');
});

test('a viewer that does not speak the subprotocol is closed', async () => {
  await using scene = await aDashboard();
  const connection = await connect(`ws://${scene.base}/_wirekeeper/feed`);
  expect(await connection.closed).toMatchObject({ trigger: 'peer-closed', code: 1002 });
});

test('it closes its viewers when its supervisor has ended', async () => {
  await using scene = await aDashboard();
  const viewer = await scene.view();
  await scene.supervisor.stop();
  expect(await viewer.connection.closed).toMatchObject({ trigger: 'peer-closed', code: 1001 });
});

test('a dashboard that is closed as soon as it is made leaves nothing behind, and takes nothing more', async () => {
  await using scene = await aDashboard();
  await scene.dashboard.close();
  expect((await scene.get('/_wirekeeper/')).status).toBe(404);
  await expect(scene.view()).rejects.toThrow();
  await using supervisor = createSupervisor({ liveness: false });
  await createDashboard(supervisor).close();
});

test('takes nothing but a supervisor', () => {
  expect(() => createDashboard({} as never)).toThrow('createDashboard: supervisor has no method observe');
});
