import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTimeline } from '../../../src/cli/replay/read-timeline.js';
import { OptionError } from '../../../src/index.js';
import { parseTimeline } from '../../../src/inspect/index.js';
import { type Recorded, record } from './recorded.js';

let folder: string;
let recorded: Recorded;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wirekeeper-replay-'));
  recorded = await record();
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const file = join(folder, 'timeline.json');
  writeFileSync(file, text);
  return file;
}

const nothing = () => Readable.from([]);

test('reads a file, and the timeline of a report from stdin, whose bytes may come one by one', async () => {
  const { report, timelines } = recorded;
  const timeline = parseTimeline(timelines.connection);
  expect(await readTimeline(fileOf(JSON.stringify(timelines.connection)), nothing())).toEqual(timeline);
  const bytes = [...Buffer.from(`\u{feff}${JSON.stringify({ ...report, childId: 'é' })}`)].map((byte) =>
    Buffer.of(byte),
  );
  expect(await readTimeline('-', Readable.from(bytes))).toEqual(timeline);
});

test('stops reading what is longer than any timeline', async () => {
  let read = 0;
  const endless = new Readable({
    read() {
      read += 1;
      this.push(Buffer.alloc(1024 * 1024, ' '));
    },
  });
  await expect(readTimeline('-', endless)).rejects.toThrow(
    /^stdin: timeline has \d+ characters; it must have at most 33554432\.$/,
  );
  expect(read).toBeLessThan(40);
});

test.each([
  ['-', '', /^stdin: timeline is no JSON; it must be what JSON\.stringify wrote of a timeline or of a report\.$/],
  ['none.json', undefined, /none\.json cannot be read: ENOENT: no such file or directory, open .*\.$/],
  ['.', undefined, /cannot be read: EISDIR: .*\.$/],
  ['v2.json', '{"version":2}', /v2\.json: timeline\.version is 2; this release of wirekeeper reads version 1\.$/],
  ['bare.json', '{"connectionId":"c1"}', /bare\.json: timeline is missing in this report; it must be one of /],
])('refuses %s in one sentence that begins with its name', async (name, text, sentence) => {
  const file = name === '-' ? name : join(folder, name);
  if (name !== '-' && text !== undefined) writeFileSync(file, text);
  const reading = readTimeline(file, Readable.from([Buffer.from(text ?? '')]));
  await expect(reading).rejects.toBeInstanceOf(OptionError);
  await expect(reading).rejects.toThrow(sentence);
});
