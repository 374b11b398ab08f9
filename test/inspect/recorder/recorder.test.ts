/** What a recorder keeps of the machines of a supervisor. */
import { expect, test } from 'vitest';
import { type CloseReport, connect, createSupervisor, type Supervisor } from '../../../src/index.js';
import { createRecorder } from '../../../src/inspect/recorder/recorder.js';
import type { HeapClock } from '../../../src/testing/heap-clock.js';
import { createHeapClock } from '../../../src/testing/index.js';
import type { Timeline } from '../../../src/transport/timeline.js';
import { replays } from '../../support/replayed.js';
import { aRecordedService } from './a-recorded-service.js';

async function dialed(url: string, supervisor: Supervisor, clock: HeapClock) {
  const opening = connect(url, { supervisor });
  await clock.advanceAsync(10);
  return opening;
}

const stepsOf = (timeline: Timeline | undefined) =>
  timeline?.entries.map((entry) =>
    entry.type === 'note'
      ? entry.note.type
      : `${entry.by}: ${entry.from} -${entry.event?.type ?? 'start'}-> ${entry.to}`,
  );

test('keeps the steps of a connection, with who asked, and its report', async () => {
  const { clock, supervisor, url, recorder } = await aRecordedService();
  const connection = await dialed(url, supervisor, clock);
  expect(recorder.timelineOf(connection)).not.toHaveProperty('end');
  connection.close(4001, 'secret');
  await clock.advanceAsync(10);
  const report = await connection.closed;
  expect(stepsOf(report.timeline)).toEqual([
    'supervisor: connecting -start-> connecting',
    'peer: connecting -wire.opened-> open',
    'user: open -close-> closing.awaitingPeer',
    'peer: closing.awaitingPeer -wire.closing-> closing.crossed',
    'network: closing.crossed -wire.closed-> closed',
    'handler.ended',
  ]);
  expect(recorder.timelineOf(connection)).toEqual(report.timeline);
  expect(recorder.timelineOf(connection.id)).toEqual(report.timeline);
  const { timeline: _timeline, ...rest } = report;
  const masked = { code: 4001, reason: '***' };
  expect(report.timeline?.end).toMatchObject({ report: { ...rest, reason: '***', sent: masked, received: masked } });
  expect(JSON.parse(JSON.stringify(report)).timeline).toEqual(JSON.parse(JSON.stringify(report.timeline)));
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

test('keeps the steps of dialers and supervisors, child supervisors included, with their ends', async () => {
  const { clock, supervisor, url, recorder } = await aRecordedService();
  const below = await supervisor.supervise({ id: 'below' });
  const dialer = below.dial({ id: 'feed', url, handler: (connection) => connection.closed });
  await clock.advanceAsync(10);
  void dialer.stop();
  await clock.advanceAsync(10);
  void supervisor.stop();
  await clock.advanceAsync(10);
  expect(recorder.timelineOf(dialer)).toMatchObject({
    machine: 'dialer',
    id: 'feed',
    supervisor: 'supervisor/below',
    end: { exit: { id: 'feed', reason: 'normal', connectionId: dialer.lastReport?.connectionId } },
  });
  expect(stepsOf(recorder.timelineOf('feed'))).toEqual([
    'supervisor: dialing -start-> dialing',
    'dial.begun',
    'network: dialing -dial.opened-> up',
    'user: up -stop-> stopping.asked',
    'network: stopping.asked -connection.ended-> stopped',
  ]);
  expect(recorder.timelineOf(below)).toMatchObject({ end: { report: { reason: 'shutdown', connections: 1 } } });
  expect(recorder.timelineOf('supervisor')).toMatchObject({ end: { report: { reason: 'normal', connections: 2 } } });
  expect([...recorder.timelines()].map(({ machine }) => machine)).toEqual([
    'connection',
    'connection',
    'dialer',
    'supervisor',
    'supervisor',
  ]);
});

test('a supervisor whose signal has aborted before is recorded too', async () => {
  const recorder = createRecorder();
  const supervisor = createSupervisor({ clock: createHeapClock(), recorder, signal: AbortSignal.abort() });
  await supervisor.ended;
  expect(stepsOf(recorder.timelineOf(supervisor))?.[0]).toBe('user: running -stop-> stopping.asked');
});

test('createSupervisor refuses what is no recorder', () => {
  expect(() => createSupervisor({ recorder: { stepped: 1 } as object })).toThrow(
    'createSupervisor: recorder.stepped is 1; it must be a function.',
  );
});

test('serves two supervisors, and keeps their dialers of the same id apart', async () => {
  const [one, two] = [await aRecordedService(), await aRecordedService()];
  const observing = two.supervisor.observe(one.recorder);
  const [first, second] = [one, two].map(({ supervisor, url }) => supervisor.dial({ id: 'feed', url }));
  await one.clock.advanceAsync(10);
  await two.clock.advanceAsync(10);
  if (first === undefined || second === undefined) throw new Error('there are two');
  void first.stop();
  await one.clock.advanceAsync(10);
  expect(one.recorder.timelineOf(first)).toHaveProperty('end');
  expect(one.recorder.timelineOf(second)).not.toHaveProperty('end');
  expect(stepsOf(one.recorder.timelineOf(second))).toEqual(stepsOf(two.recorder.timelineOf(second)));
  observing.unsubscribe();
  for (const { supervisor, clock } of [one, two]) {
    void supervisor.terminate();
    await clock.advanceAsync(10_000);
  }
});

test('keeps each step once when it observes a supervisor and a child of that', async () => {
  const { clock, supervisor, url, recorder } = await aRecordedService();
  const below = await supervisor.supervise({ id: 'below' });
  below.observe(recorder);
  const dialer = below.dial({ id: 'feed', url });
  await clock.advanceAsync(10);
  expect(stepsOf(recorder.timelineOf(dialer))).toEqual([
    'supervisor: dialing -start-> dialing',
    'dial.begun',
    'network: dialing -dial.opened-> up',
  ]);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

test('attached to a supervisor with 10,000 connections, it keeps how all of them go on', async () => {
  const {
    clock,
    supervisor,
    url,
    recorder: before,
  } = await aRecordedService({}, undefined, undefined, {
    dialLimiter: { inFlight: Number.POSITIVE_INFINITY, perSecond: Number.POSITIVE_INFINITY },
    limits: { maxHandshakes: 10_000, maxHandshakesPerAddress: 10_000 },
  });
  for (let i = 0; i < 5_000; i++) void connect(url, { supervisor });
  await clock.advanceAsync(100);
  expect(supervisor.connections.size).toBe(10_000);
  const recorder = createRecorder({ maxTimelines: 20_000, maxBytes: 64 * 1024 * 1024 });
  supervisor.observe(recorder);
  const reports: CloseReport[] = [];
  for (const { closed } of supervisor.connections.values()) void closed.then((report) => reports.push(report));
  void supervisor.stop();
  await clock.advanceAsync(100);
  expect(reports).toHaveLength(10_000);
  for (const { connectionId } of reports) {
    const timeline = recorder.timelineOf(connectionId);
    expect(timeline?.startsIn).toBe('open');
    expect(timeline?.entries.filter(({ type }) => type === 'step')).toHaveLength(3);
  }
  expect([...before.timelines()]).toHaveLength(1_000);
}, 60_000);

test('after its end a connection gets no new timeline, whatever its handler does, also when that was dropped', async () => {
  let finish = (): void => {};
  const { clock, supervisor, url, recorder } = await aRecordedService(
    { maxTimelines: 1 },
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const connection = await dialed(url, supervisor, clock);
  const finishFirst = finish;
  connection.terminate();
  await clock.advanceAsync(10);
  await dialed(url, supervisor, clock).then((next) => next.terminate());
  await clock.advanceAsync(10);
  finishFirst();
  await clock.advanceAsync(10);
  expect([...recorder.timelines()].filter(({ machine }) => machine === 'connection')).toHaveLength(1);
  expect((await connection.closed).timeline).toBeUndefined();
  finish();
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

// A report whose timeline was dropped had that of a dialer with the id of its connection.
test('a report never has the timeline of another machine', async () => {
  const { clock, supervisor, url, recorder } = await aRecordedService({ maxTimelines: 0 });
  const connection = await dialed(url, supervisor, clock);
  connection.close();
  await clock.advanceAsync(10);
  const report = await connection.closed;
  supervisor.dial({ id: connection.id, url });
  await clock.advanceAsync(10);
  expect(recorder.timelineOf(connection.id)).toMatchObject({ machine: 'dialer' });
  expect(report.timeline).toBeUndefined();
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

// A recorder could not show what it had of an object with `errors`, and what it showed of one like an error did not
// replay to the same report.
test.each<[string, unknown]>([
  ['an object that is like an error', { name: 'HttpError', message: 'wrong', status: 400 }],
  [
    'an object with errors that are no list',
    { name: 'ValidationError', message: 'wrong', errors: { field: 'missing' } },
  ],
  [
    'such an object as a cause',
    new Error('wrong', { cause: { name: 'A', message: 'b', errors: { field: 'missing' } } }),
  ],
  ['a list of such objects', [{ name: 'HttpError', message: 'wrong', status: 400 }]],
])('a handler that throws %s has a timeline that replays', async (_what, thrown) => {
  for (const reveal of [[], ['messages']] as const) {
    const throwing = () => {
      throw thrown;
    };
    const { clock, supervisor, url, recorder } = await aRecordedService({ reveal }, throwing, undefined, {
      warnWhenFailed: false,
    });
    await dialed(url, supervisor, clock);
    await clock.advanceAsync(10);
    const timelines = [...recorder.timelines()].filter(({ machine }) => machine === 'connection');
    expect(timelines).toHaveLength(2);
    for (const timeline of timelines) replays(timeline);
    void supervisor.terminate();
    await clock.advanceAsync(10_000);
  }
});
