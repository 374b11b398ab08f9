import { beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/index.js';
import { createRecorder } from '../../../src/inspect/recorder/recorder.js';
import { replay } from '../../../src/inspect/recorder/replay.js';
import type { Timeline } from '../../../src/transport/timeline.js';
import { replays } from '../../support/replayed.js';
import { aRecordedService } from './a-recorded-service.js';

let timelines: readonly Timeline[];
let connection: Timeline;

beforeAll(async () => {
  const { clock, supervisor, url, recorder } = await aRecordedService();
  const opening = connect(url, { supervisor });
  await clock.advanceAsync(10);
  const closed = await opening;
  closed.close(4001, 'bye');
  await clock.advanceAsync(10);
  let attempts = 0;
  supervisor.dial({
    id: 'feed',
    url,
    restart: 'permanent',
    handler: (one) => {
      attempts += 1;
      if (attempts % 2 === 0) throw new Error('every other time');
      return one.closed;
    },
  });
  await clock.advanceAsync(10);
  for (const one of supervisor.connections.values()) if (one.role === 'dialed') one.close(1000);
  await clock.advanceAsync(60_000);
  timelines = [...recorder.timelines()];
  connection = (await closed.closed).timeline as Timeline;
  void supervisor.stop();
  await clock.advanceAsync(10_000);
  timelines = [...timelines, ...recorder.timelines()];
});

test('timelines of connections, dialers, and supervisors replay, while they run and after', () => {
  expect(new Set(timelines.map(({ machine, end }) => `${machine} ${end === undefined ? 'runs' : 'ended'}`)).size).toBe(
    6,
  );
  for (const timeline of timelines) replays(timeline);
});

test('a dialer that has crashed starts again in its backoff', () => {
  const feed = timelines.findLast(({ id }) => id === 'feed');
  const restarts = replay(feed as Timeline).steps.filter(
    ({ event, from }) => event === undefined && from === 'waiting.backoff',
  );
  expect(restarts.length).toBeGreaterThan(0);
});

test('says in which state it is, what it has reported, and why it has exited', () => {
  expect(replay(connection)).toMatchObject({ state: 'closed', agrees: true, report: { code: 4001 }, exit: undefined });
  const feed = timelines.findLast(({ id }) => id === 'feed');
  expect(replay(JSON.stringify(feed))).toMatchObject({ state: 'stopped', exit: 'shutdown', report: undefined });
});

/** The timeline of the connection with one entry changed. */
function edited(index: number, change: object, more: object = {}): Timeline {
  const copy = JSON.parse(JSON.stringify({ ...connection, ...more }));
  Object.assign(copy.entries[index], change);
  return copy as Timeline;
}

describe('the first difference is reported, and nothing after it is made up', () => {
  test.each<[string, () => Timeline, object]>([
    ['another state before', () => edited(2, { from: 'connecting' }), { entry: 2, field: 'from', replayed: 'open' }],
    ['another state after', () => edited(2, { to: 'failed' }), { entry: 2, field: 'to', recorded: 'failed' }],
    ['other effects', () => edited(2, { effects: ['dropWire'] }), { entry: 2, field: 'effects' }],
    [
      'an event that the machine does not have',
      () => edited(2, { event: { type: 'wire.suspended' } }),
      { entry: 2, field: 'to', replayed: 'open' },
    ],
    ['an event of XState itself', () => edited(2, { event: { type: 'xstate.stop' } }), { entry: 2, field: 'to' }],
    ['a start elsewhere', () => edited(0, { from: 'open', to: 'open' }), { entry: 0, field: 'from' }],
    [
      'a state that the machine does not have',
      () => edited(0, {}, { startsIn: 'suspended' }),
      {
        entry: undefined,
        field: 'startsIn',
        text: 'the timeline says startsIn "suspended"; the machine says there is none.',
      },
    ],
    [
      'another report',
      () => edited(0, {}, { end: { ...connection.end, report: { ...Object(connection.end).report, code: 1000 } } }),
      { entry: undefined, field: 'report.code', recorded: 1000, replayed: 4001 },
    ],
    [
      'an end without the step that ends it',
      () => edited(0, {}, { entries: connection.entries.slice(0, 2) }),
      { entry: undefined, field: 'report', replayed: undefined },
    ],
  ])('%s', (_what, timeline, difference) => {
    const { agrees, difference: found, steps } = replay(timeline());
    expect(agrees).toBe(false);
    expect(found).toMatchObject(difference);
    if (found?.entry !== undefined) expect(steps).toHaveLength(found.entry + 1);
  });

  test('another exit', () => {
    const supervisor = timelines.findLast(({ machine }) => machine === 'supervisor');
    const copy = JSON.parse(JSON.stringify(supervisor));
    copy.end.report.reason = 'shutdown';
    expect(replay(copy)).toMatchObject({ difference: { field: 'exit', recorded: 'shutdown', replayed: 'normal' } });
  });
});

test('attached while a connection is closing, it replays from there to the same report', async () => {
  const { clock, supervisor, url } = await aRecordedService();
  const opening = connect(url, { supervisor });
  await clock.advanceAsync(10);
  const one = await opening;
  one.close(4003, 'first');
  const recorder = createRecorder({ reveal: ['reasons'] });
  supervisor.observe(recorder);
  expect(recorder.timelineOf(one)?.startsIn).toBe('closing.awaitingPeer');
  await clock.advanceAsync(10_000);
  const timeline = recorder.timelineOf(one) as Timeline;
  expect(timeline).toMatchObject({
    startsIn: 'closing.awaitingPeer',
    begun: { trigger: 'close-called', code: 4003, reason: 'first' },
  });
  replays(timeline);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});
