import { Writable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { createLog } from '../../../src/cli/output/log.js';
import { FLUSH_WITHIN_MS } from '../../../src/cli/process/outlet.js';
import { logEntry as entry } from '../../../src/inspect/index.js';
import { FakeTerminal } from '../fake-terminal.js';

/** Local time, since that is what people are shown. */
const AT = new Date(2026, 0, 2, 3, 4, 5);
const wallNow = () => AT.getTime();
const opened = entry('connection.opened', 'opened', {
  about: 'c1 echo',
  text: '/echo from ::1',
  fields: { url: '/echo' },
});
const trouble = entry('listener.error', 'error', { text: 'too many open files', level: 'error' });

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

test('hides secrets unless the option says otherwise', () => {
  const refused = entry('handshake.refused', 'refused', { text: '/a?token=x from ::1', fields: { url: '/a?token=x' } });
  const shown = [false, true].map((showSecrets) => {
    const terminal = new FakeTerminal();
    createLog(terminal, { json: false, quiet: false, showSecrets, wallNow }).write(refused);
    return terminal.stdout.text;
  });
  expect(shown).toEqual([expect.stringContaining('token=***'), expect.stringContaining('token=x')]);
});
