import { beforeAll, expect, test } from 'vitest';
import { jsonOfReplay, textOfReplay } from '../../../src/cli/replay/replay-output.js';
import { replay, type Timeline } from '../../../src/inspect/index.js';
import { type Recorded, record, reportOf } from './recorded.js';

let timelines: Recorded['timelines'];

beforeAll(async () => {
  ({ timelines } = await record());
});

const linesOf = (given: Timeline | string) => textOfReplay(replay(given)).trimEnd().split('\n');
const objectsOf = (given: Timeline | string) =>
  jsonOfReplay(replay(given))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('has each step, what became of the connection, and that the machine does the same', () => {
  const lines = linesOf(timelines.connection);
  expect(lines[0]).toMatch(/^connection \S+, dialed to 127\.0\.0\.1, by \S+ of supervisor shop, began 20.*Z$/);
  const steps = [
    /^ +[\d.]+ ms {2}supervisor {2}start +in connecting +armOpenDeadline$/,
    /^ +[\d.]+ ms {2}peer +wire\.opened +connecting -> open /,
    /^ +[\d.]+ ms {2}user +close close-called 4001 +open -> closing\.awaitingPeer +sendClose, /,
    /^ +[\d.]+ ms {2}peer +wire\.closing 4001 +closing\.awaitingPeer -> closing\.crossed$/,
    /^ +[\d.]+ ms {2}network +wire\.closed closed +closing\.crossed -> closed /,
  ];
  for (const step of steps) expect(lines).toContainEqual(expect.stringMatching(step));
  expect(lines.slice(-2)).toEqual([
    reportOf(timelines.connection).sentence,
    'The machine of this release does the same in 5 steps, and its report is identical.',
  ]);
});

test('has the notes of a dialer between its steps, and why it exited', () => {
  const lines = linesOf(timelines.dialer);
  expect(lines[0]).toMatch(/^dialer feed of supervisor shop, began /);
  expect(lines).toContainEqual(expect.stringMatching(/ms {14}dialer\.judged +verdict retry, delayMs [\d.]+, /));
  expect(lines.slice(-2)).toEqual([
    'Dialer feed exited: shutdown.',
    expect.stringMatching(/^The machine of this release does the same in \d+ steps, and it ends alike\.$/),
  ]);
});

test('says where a machine is that has not ended', () => {
  const { end: _end, entries, ...rest } = timelines.supervisor;
  expect(linesOf({ ...rest, entries: entries.slice(0, -1) }).slice(-2)).toEqual([
    'Supervisor shop is in stopping.asked.',
    'The machine of this release does the same in 1 step.',
  ]);
});

test('names the first difference, and shows the step of the machine there as the last one', () => {
  const lines = linesOf(JSON.stringify(timelines.connection).replace('"to":"closing.crossed"', '"to":"open"'));
  expect(lines.at(-1)).toMatch(
    /^The machine of this release does not do the same: entry \d, at [\d.]+ ms: the timeline says to "open"; the machine says "closing\.crossed"\.$/,
  );
  expect(lines.at(-3)).toMatch(/wire\.closing 4001 +closing\.awaitingPeer -> closing\.crossed$/);
});

test('says how much was not kept', () => {
  expect(linesOf({ ...timelines.supervisor, dropped: { steps: 1, notes: 2 } })[1]).toBe(
    '1 step and 2 notes were not kept',
  );
});

test('for programs every line is an object, and the last one has the identical report', () => {
  const objects = objectsOf(timelines.connection);
  const { json: report, sentence } = reportOf(timelines.connection);
  expect(objects[0]).toMatchObject({ type: 'timeline', machine: 'connection', supervisor: 'shop', version: 1 });
  expect(objects.slice(1, -1)).toEqual(JSON.parse(JSON.stringify(timelines.connection.entries)));
  expect(objects.at(-1)).toEqual({ type: 'replay', agrees: true, state: 'closed', report, sentence });
});

test('a foreign file steers no terminal', () => {
  const text = JSON.stringify({ ...timelines.connection, beganAt: 1e300 }).replaceAll(
    'shop',
    String.raw`\u001b[2J\u202e\nshop`,
  );
  for (const written of [textOfReplay, jsonOfReplay]) {
    const output = written(replay(text));
    expect(output).toMatch(/^(?:[ -~]*\n)*$/);
    expect(output).toContain('shop');
  }
});
