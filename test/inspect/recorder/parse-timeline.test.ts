import { beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/index.js';
import { parseTimeline } from '../../../src/inspect/recorder/parse-timeline.js';
import type { Recorder } from '../../../src/inspect/recorder/recorder.js';
import type { CloseReport } from '../../../src/transport/close-report.js';
import type { ConnectionTimeline, Timeline } from '../../../src/transport/timeline.js';
import { aRecordedService } from './a-recorded-service.js';

const bug = Object.assign(new TypeError('a bug', { cause: new Error('behind it') }), { code: 'E_BUG', errno: -7 });

let recorder: Recorder;
let report: CloseReport;
let timeline: ConnectionTimeline;

beforeAll(async () => {
  const service = await aRecordedService({ reveal: ['reasons', 'messages'] });
  const { clock, supervisor, url } = service;
  const opening = connect(url, { supervisor });
  await clock.advanceAsync(10);
  const connection = await opening;
  connection.close(4001, 'bye');
  await clock.advanceAsync(10);
  const dialer = supervisor.dial({
    id: 'feed',
    url,
    retry: () => 'stop',
    handler: () => {
      throw bug;
    },
  });
  await clock.advanceAsync(10_000);
  report = dialer.lastReport as CloseReport;
  recorder = service.recorder;
  timeline = report.timeline as ConnectionTimeline;
  void supervisor.stop();
  await clock.advanceAsync(10_000);
});

test('reads what JSON.stringify writes of a timeline, as text and as value', () => {
  for (const one of recorder.timelines()) {
    const text = JSON.stringify(one);
    expect(JSON.parse(JSON.stringify(parseTimeline(text)))).toEqual(JSON.parse(text));
    expect(parseTimeline(JSON.parse(text))).toEqual(parseTimeline(text));
    expect(parseTimeline(one)).toEqual(parseTimeline(text));
  }
});

test('reads the timeline of a report', () => {
  expect(JSON.stringify(parseTimeline(JSON.stringify(report)))).toBe(JSON.stringify(parseTimeline(timeline)));
});

test('its errors are errors again, with their causes and facts', () => {
  const read = parseTimeline(JSON.stringify(report)) as ConnectionTimeline;
  const { cause, handlerError } = read.end?.report ?? {};
  expect(cause).toBeInstanceOf(Error);
  expect(cause).toMatchObject({ name: 'TypeError', message: 'a bug', code: 'E_BUG', errno: -7 });
  expect(cause?.cause).toBeInstanceOf(Error);
  expect(handlerError).toEqual(cause);
});

/** The timeline with one thing changed. */
function edited(change: (one: Record<string, never>) => void): unknown {
  const copy = JSON.parse(JSON.stringify(timeline));
  change(copy);
  return copy;
}

describe('refuses, in one sentence,', () => {
  test.each<[string, () => unknown, string]>([
    ['what is no JSON', () => '{"secret', 'timeline is no JSON; it must be what JSON.stringify wrote'],
    ['nothing', () => undefined, 'timeline is undefined; it must be a text, or an object.'],
    ['a list', () => '[]', 'timeline is a list; it must be an object.'],
    ['a circle', () => circle(), 'timeline cannot be written as JSON; it must be a text, or an object that'],
    ['a report without one', () => ({ ...report, timeline: undefined }), 'timeline is missing in this report'],
    ['another object', () => ({}), 'timeline.version is undefined; this release of wirekeeper reads version 1.'],
    ['another version', () => edited((t) => Object.assign(t, { version: 2 })), 'timeline.version is 2; this release'],
    ['another machine', () => edited((t) => Object.assign(t, { machine: 'door' })), 'timeline.machine is "door"'],
    ['an id that is none', () => edited((t) => Object.assign(t, { id: 7 })), 'timeline.id is 7'],
    ['times that go back', () => entry(2, { at: 0 }, 1), 'timeline.entries[2].at is 0; it must be at least'],
    ['an entry of another kind', () => entry(0, { type: 'leap' }), 'timeline.entries[0].type is "leap"'],
    ['effects that are none', () => entry(0, { effects: [1] }), 'timeline.entries[0].effects[0] is 1'],
    ['an asker who is none', () => entry(0, { by: 'me' }), 'timeline.entries[0].by is "me"'],
    [
      'a report that is none',
      () => edited((t) => delete t['end']?.['report']?.['code']),
      'timeline.end.report.code is',
    ],
    ['a trigger that is none', () => edited((t) => set(t, 'trigger', 'x')), 'timeline.end.report.trigger is "x"'],
  ])('%s', (_what, given, message) => {
    expect(() => parseTimeline(given())).toThrow(`parseTimeline: ${message}`);
  });

  test('a text that is too long, before it is parsed', () => {
    expect(() => parseTimeline(`"${' '.repeat(33 * 1024 * 1024)}"`)).toThrow('it must have at most 33554432.');
  });
});

test('what it does not know is left out, and no prototype is changed', () => {
  const text = JSON.stringify(timeline).replace('{', '{"__proto__": {"id": "polluted"}, "more": 1, ');
  expect(parseTimeline(text)).toEqual(parseTimeline(timeline));
  expect(Object.getPrototypeOf(parseTimeline(text))).toBe(Object.prototype);
});

function entry(index: number, change: object, later = 0): unknown {
  return edited((t) => {
    const { entries } = t as unknown as { entries: { at: number }[] };
    for (const one of entries) one.at += later;
    Object.assign(entries[index] ?? {}, change);
  });
}

function set(t: unknown, key: string, value: unknown): void {
  Object.assign((t as { end: { report: object } }).end.report, { [key]: value });
}

function circle(): object {
  const circular: { self?: unknown } & Partial<Timeline> = {};
  circular.self = circular;
  return circular;
}
