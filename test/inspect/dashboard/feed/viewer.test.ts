import { expect, test } from 'vitest';
import { aDashboard } from '../../../support/dashboard-scene.js';
import { eventually } from '../../../support/eventually.js';

test('a message that is not understood is refused, and a viewer that goes on so is closed', async () => {
  await using scene = await aDashboard();
  const viewer = await scene.view();
  viewer.connection.send('garbage');
  expect(await viewer.next('refused')).toEqual({ type: 'refused', why: 'the message is no JSON' });
  for (let index = 0; index < 10; index += 1) viewer.connection.send(Buffer.from([0, 255, index]));
  expect((await viewer.connection.closed).received?.code).toBe(1008);
});

test('a message that is too big ends the viewer, and nobody else', async () => {
  await using scene = await aDashboard();
  const [big, other] = [await scene.view(), await scene.view()];
  big?.connection.send('x'.repeat(10_000_000));
  expect((await big?.connection.closed)?.received?.code).toBe(1009);
  other?.send({ type: 'series', resolution: 'second' });
  expect(await other?.next('series')).toMatchObject({ resolution: 'second' });
});

test('what is looked at no longer is sent no longer', async () => {
  await using scene = await aDashboard();
  const viewer = await scene.view();
  viewer.send({ type: 'look', look: 1, table: 'endings', query: {}, first: 0, count: 10 });
  await viewer.next('rows');
  viewer.send({ type: 'look-away', table: 'endings' });
  viewer.send({ type: 'unfollow' });
  const peer = await scene.join();
  peer.close();
  await peer.closed;
  await eventually(() => viewer.of('overview').at(-1)?.totals.ended === 1);
  expect(viewer.of('rows').length).toBe(1);
});

test('the table of endings has each end when it comes', async () => {
  await using scene = await aDashboard();
  const viewer = await scene.view();
  viewer.send({ type: 'look', look: 1, table: 'endings', query: { code: 4007 }, first: 0, count: 10 });
  expect(await viewer.next('rows')).toMatchObject({ table: 'endings', total: 0 });
  const peer = await scene.join();
  peer.close(4007);
  const rows = await viewer.next('rows', ({ total }) => total === 1);
  expect(rows).toMatchObject({ look: 1, of: 1, rows: [{ code: 4007, trigger: 'peer-closed' }] });
});

test('a dialer that is followed has its status in words, and its own states', async () => {
  await using scene = await aDashboard();
  scene.supervisor.dial({ id: 'feed', url: 'ws://memory:1/' });
  const viewer = await scene.view();
  viewer.send({ type: 'follow', subject: { machine: 'dialer', supervisor: 'service', childId: 'feed' } });
  const waiting = await viewer.next('detail', ({ status }) => status?.startsWith('waits') === true);
  expect(waiting).toMatchObject({ machine: 'dialer', presence: 'live', path: expect.stringMatching(/^waiting/) });
});
