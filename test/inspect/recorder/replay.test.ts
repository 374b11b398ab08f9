import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { connect, explain, OptionError } from '../../../src/index.js';
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

describe('a file that was changed anywhere', () => {
  /** Every place in a value, as the way to it. */
  const placesIn = (value: unknown, way: readonly string[] = []): readonly (readonly string[])[] =>
    typeof value === 'object' && value !== null
      ? [way, ...Object.entries(value).flatMap(([key, member]) => placesIn(member, [...way, key]))]
      : [way];

  /** Changes what is at a place: deletes it, puts something else there, or adds a member to it. */
  function change(file: unknown, way: readonly string[], how: Change): unknown {
    const [key, ...rest] = way;
    if (typeof file !== 'object' || file === null) return how.value;
    if (key === undefined) return how.kind === 'add' ? withMember(file, how.key, how.value) : how.value;
    const copy = structuredClone(file) as Record<string, unknown>;
    if (rest.length === 0 && how.kind === 'delete') delete copy[key];
    else if (rest.length === 0 && how.kind === 'double' && Array.isArray(file))
      return [...(file as unknown[]), ...file];
    else copy[key] = change(copy[key], rest, how);
    return copy;
  }

  const withMember = (file: object, key: string, value: unknown): unknown =>
    Array.isArray(file)
      ? [...(file as unknown[]), value]
      : Object.defineProperty({ ...file }, key, { value, enumerable: true });

  interface Change {
    readonly kind: 'delete' | 'replace' | 'add' | 'double';
    readonly key: string;
    readonly value: unknown;
  }

  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      '',
      'constructor',
      '__proto__',
      'closing',
      'open',
      'wire.closed',
      'xstate.stop',
      -1,
      1e308,
    ),
    fc.constantFrom<unknown>(null, true, [], {}, { type: 'wire.closed' }, { thrown: 1 }, { name: 'a', message: 'b' }),
    fc.jsonValue(),
  );
  const changes = fc.record({
    kind: fc.constantFrom<Change['kind']>('delete', 'replace', 'add', 'double'),
    key: fc.constantFrom('__proto__', 'constructor', 'toJSON', 'then', 'cause', 'errors', 'thrown', 'error', 'event'),
    value: odd,
  });

  test('is refused in one sentence, or replays to what can be explained', () => {
    const files = timelines.map((timeline) => JSON.parse(JSON.stringify(timeline)) as unknown);
    let refused = 0;
    let differing = 0;
    const runs = 1_500;
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.tuple(fc.nat(), changes), { minLength: 1, maxLength: 3 }), (which, edits) => {
        let file = files[which % files.length];
        for (const [at, how] of edits) {
          const places = placesIn(file);
          file = change(file, places[at % places.length] ?? [], how);
        }
        try {
          const { agrees, report, difference } = replay(JSON.stringify(file) ?? '');
          if (report !== undefined) expect(explain(report)).toMatch(/\.$/);
          if (!agrees) expect(difference?.text).toMatch(/^[^\n]+\.$/);
          if (!agrees) differing += 1;
        } catch (error) {
          if (!(error instanceof OptionError)) throw error;
          expect(error.message).toMatch(/^parseTimeline: timeline[^\n]*\.$/);
          refused += 1;
        }
      }),
      { numRuns: runs },
    );
    expect(Object.prototype).not.toHaveProperty('machine');
    expect(refused).toBeGreaterThan(runs / 10);
    expect(differing).toBeGreaterThan(runs / 100);
  }, 60_000);
});
