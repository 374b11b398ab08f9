import { Writable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { entry } from '../../../src/cli/output/entry.js';
import { createLog, eventLine, textLine } from '../../../src/cli/output/log.js';
import { FLUSH_WITHIN_MS } from '../../../src/cli/process/outlet.js';
import { FakeTerminal } from '../fake-terminal.js';

/** Local time, since that is what people are shown. */
const AT = new Date(2026, 0, 2, 3, 4, 5);
const wallNow = () => AT.getTime();
const opened = entry('connection.opened', 'opened', {
  about: 'c1 echo',
  text: '/echo from ::1',
  fields: { url: '/echo' },
});
const trouble = entry('listener.error', 'error', { text: 'too many open files', isTrouble: true });

test('a line for people has time, word, subject, and the rest, in columns', () => {
  expect(textLine(opened, AT)).toBe('03:04:05  opened    c1 echo        /echo from ::1\n');
  expect(textLine(entry('supervisor.stopped', 'stopped'), AT)).toBe('03:04:05  stopped\n');
});

test('what a peer says cannot forge a line', () => {
  const forged = entry('connection.ended', 'closed', { about: 'c1 echo', text: 'bye\n03:04:05  opened    c2 admin' });
  expect(textLine(forged, AT).match(/\n/g)).toHaveLength(1);
});

test('a line for programs is one JSON object', () => {
  expect(JSON.parse(eventLine(opened, AT))).toEqual({
    time: AT.toISOString(),
    event: 'connection.opened',
    url: '/echo',
  });
});

test.each([
  [{ json: false, quiet: false }, [/opened/, /error/]],
  [{ json: false, quiet: true }, [/error/]],
  [{ json: true, quiet: false }, [/"connection\.opened"/, /"listener\.error"/]],
  [{ json: true, quiet: true }, [/"listener\.error"/]],
])('writes with %j what is asked for', (options, lines) => {
  const terminal = new FakeTerminal();
  const log = createLog(terminal, { ...options, wallNow });
  log.write(opened);
  log.write(trouble);
  expect(terminal.stdout.lines).toEqual(lines.map((line) => expect.stringMatching(line)));
});

test('goes on without a reader, and reports that once', async () => {
  const terminal = new FakeTerminal();
  const log = createLog(terminal, { json: false, quiet: false, wallNow });
  terminal.stdout.destroy(new Error('write EPIPE'));
  for (let line = 0; line < 3; line += 1) {
    log.write(opened);
    terminal.nowMs += 10_000;
  }
  await log.flushed();
  expect(terminal.stderr.lines).toEqual([expect.stringMatching(/^wirekeeper: the log cannot be written any more: /)]);
  expect(terminal.stdout.text).toBe('');
});

/** A reader that takes nothing until the test lets it. */
class Stalled extends Writable {
  text = '';
  #done: (() => void) | undefined;
  #isReading = false;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    if (this.#isReading) done();
    else this.#done = done;
  }

  read(): void {
    this.#isReading = true;
    this.#done?.();
  }
}

test.each([false, true])(
  'a reader that stalls costs lines, not memory, and sees how many it lacks; JSON: %s',
  async (json) => {
    const terminal = new FakeTerminal();
    const stdout = new Stalled();
    const log = createLog(Object.assign(terminal, { stdout }), { json, quiet: false, wallNow });
    const long = entry('connection.opened', 'opened', { text: 'x'.repeat(1_000), fields: { text: 'x'.repeat(1_000) } });
    for (let line = 0; line < 10_000; line += 1) log.write(long);
    expect(stdout.writableLength).toBeLessThan(1_100_000);
    stdout.read();
    await log.flushed();
    const lines = stdout.text.trimEnd().split('\n');
    const reported = lines.flatMap(
      (line) =>
        /dropped +(\d+) lines of this log/.exec(line)?.[1] ?? /"log\.dropped","lines":(\d+)/.exec(line)?.[1] ?? [],
    );
    expect(reported).toHaveLength(1);
    expect(lines.length - 1 + Number(reported[0])).toBe(10_000);
  },
);

test('a reader that takes nothing at all is waited for no longer than the bound', async () => {
  vi.useFakeTimers();
  const log = createLog(Object.assign(new FakeTerminal(), { stdout: new Stalled() }), {
    json: false,
    quiet: false,
    wallNow,
  });
  log.write(opened);
  const flushed = log.flushed();
  await vi.advanceTimersByTimeAsync(FLUSH_WITHIN_MS);
  await flushed;
  vi.useRealTimers();
});

test('hides secrets, shows what messages hold, and hides nothing if the option says so', () => {
  const refused = entry('handshake.refused', 'refused', { text: '/a?token=x from ::1', fields: { url: '/a?token=x' } });
  const frame = entry('frame', 'frame', {
    text: 'wss://h/?token=x',
    fields: { text: 'wss://h/?token=x' },
    isData: true,
  });
  expect([textLine(refused, AT), eventLine(refused, AT)].map((line) => line.includes('token=***'))).toEqual([
    true,
    true,
  ]);
  expect([textLine(frame, AT), eventLine(frame, AT)].map((line) => line.includes('token=x'))).toEqual([true, true]);
  const terminal = new FakeTerminal();
  createLog(terminal, { json: false, quiet: false, showSecrets: true, wallNow }).write(refused);
  expect(terminal.stdout.text).toContain('token=x');
});

test('cuts long texts for people only', () => {
  const long = entry('frame', 'frame', { text: 'x'.repeat(5_000), fields: { text: 'x'.repeat(5_000) }, isData: true });
  expect(textLine(long, AT)).toMatch(/x\.\.\. \(904 more\)\n$/);
  expect(eventLine(long, AT)).toContain('x'.repeat(5_000));
});
