import { PassThrough, Writable } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { openScreen, type Screen } from '../../../src/cli/process/screen.js';
import { FakeTerminal, Transcript } from '../fake-terminal.js';

let screen: Screen | undefined;
afterEach(() => screen?.close());

async function allOf(lines: AsyncIterable<Buffer>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line.toString());
  return all;
}

/** The rest of a terminal. */
const silent = { program: 'wirekeeper', env: {}, onSignal: () => () => {}, onUncaught: () => () => {}, now: () => 0 };

/** A terminal that edits lines. */
function tty() {
  const fake = new FakeTerminal();
  return Object.assign(fake, {
    stdin: Object.assign(fake.stdin, { isTTY: true }),
    stdout: Object.assign(fake.stdout, { isTTY: true }),
  });
}

test('gives every line, the last one without its end as well, whatever ends lines', async () => {
  const terminal = new FakeTerminal();
  screen = openScreen(terminal);
  terminal.stdin.end('one\r\ntwo\n\nfour');
  expect(await allOf(screen.lines)).toEqual(['one', 'two', '', 'four']);
});

test('keeps lines that come before they are asked for', async () => {
  const terminal = new FakeTerminal();
  screen = openScreen(terminal);
  terminal.stdin.end('early\n');
  await new Promise((resolve) => setImmediate(resolve));
  expect(await allOf(screen.lines)).toEqual(['early']);
});

test('reads all of stdin as one, or none of it, if that is asked', async () => {
  const terminal = new FakeTerminal();
  screen = openScreen(terminal, 'whole');
  terminal.stdin.end('one\ntwo\n');
  expect(await allOf(screen.lines)).toEqual(['one\ntwo\n']);
  const unread = new FakeTerminal();
  screen = openScreen(unread, 'none');
  unread.stdin.write('one\n');
  expect(await allOf(screen.lines)).toEqual([]);
  screen.close();
  expect(unread.stdin.readableLength).toBe(4);
});

test('lines that are typed are bytes as well', async () => {
  const terminal = tty();
  screen = openScreen(terminal);
  terminal.stdin.write('ünï\r');
  const [line] = await Promise.all([allOf(screen.lines), terminal.stdout.said(/ünï/).then(() => screen?.close())]);
  expect(line).toEqual(['ünï']);
});

test('closing ends the lines, also while one is awaited', async () => {
  const terminal = new FakeTerminal();
  screen = openScreen(terminal);
  const all = allOf(screen.lines);
  await new Promise((resolve) => setImmediate(resolve));
  screen.close();
  expect(await all).toEqual([]);
});

test('bytes are printed as they are', async () => {
  const terminal = new FakeTerminal();
  const written: Buffer[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  screen = openScreen({ ...silent, stdin: terminal.stdin, stdout, stderr: terminal.stderr });
  await screen.print(Buffer.from([0, 255]));
  expect(written).toEqual([Buffer.from([0, 255])]);
});

test('prints nothing of its own into a pipe', async () => {
  const terminal = new FakeTerminal();
  screen = openScreen(terminal);
  await screen.print('hello\n');
  screen.note('* note\n');
  screen.close();
  expect([terminal.stdout.text, terminal.stderr.text]).toEqual(['hello\n', '* note\n']);
});

test('is interactive only when a person sits at both ends', () => {
  const terminal = tty();
  screen = openScreen({ stdin: terminal.stdin, stdout: new Transcript(), stderr: terminal.stderr, ...silent });
  expect(screen.isInteractive).toBe(false);
});

test('prints above the prompt, and puts what was half typed back', async () => {
  const terminal = tty();
  screen = openScreen(terminal);
  expect(screen.isInteractive).toBe(true);
  terminal.stdin.write('half');
  await terminal.stdout.said(/half/);
  terminal.stdout.text = '';
  await screen.print('< hello\n');
  expect(terminal.stdout.text.startsWith('\r\u001b[K< hello\n')).toBe(true);
  expect(terminal.stdout.text).toMatch(/> half/);
});

test('takes the prompt away at the end', () => {
  const terminal = tty();
  screen = openScreen(terminal);
  screen.close();
  expect(terminal.stdout.text.endsWith('\r\u001b[K')).toBe(true);
});

test('Ctrl-C on a terminal in raw mode interrupts, each time', async () => {
  const terminal = tty();
  screen = openScreen(terminal);
  const onInterrupt = vi.fn();
  screen.onInterrupt(onInterrupt);
  terminal.stdin.write('\u0003');
  terminal.stdin.write('\u0003');
  await vi.waitFor(() => expect(onInterrupt).toHaveBeenCalledTimes(2));
});

/** A reader that takes its time. */
class SlowReader extends Writable {
  #done: (() => void) | undefined;

  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#done = done;
  }

  take(): void {
    this.#done?.();
  }
}

function openSlow() {
  const stdout = new SlowReader({ highWaterMark: 1 });
  const terminal = new FakeTerminal();
  screen = openScreen({ stdin: new PassThrough(), stdout, stderr: terminal.stderr, ...silent });
  return { stdout, screen };
}

test('waits for a reader that is slow', async () => {
  const { stdout, screen: slow } = openSlow();
  let isPrinted = false;
  const printed = slow.print('a long text').then(() => {
    isPrinted = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isPrinted).toBe(false);
  stdout.take();
  await printed;
});

test('does not wait for a reader that has gone away, and interrupts', async () => {
  const { stdout, screen: slow } = openSlow();
  const onInterrupt = vi.fn();
  slow.onInterrupt(onInterrupt);
  const printed = slow.print('a long text');
  stdout.destroy(new Error('write EPIPE'));
  await printed;
  expect(onInterrupt).toHaveBeenCalledTimes(1);
  const write = vi.spyOn(stdout, 'write');
  await slow.print('more');
  expect(write).not.toHaveBeenCalled();
});

test('a disk that is full interrupts as well, and is named: messages are lost', async () => {
  const terminal = new FakeTerminal();
  screen = openScreen(terminal);
  const onInterrupt = vi.fn();
  screen.onInterrupt(onInterrupt);
  terminal.stdout.destroy(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
  await vi.waitFor(() => expect(onInterrupt).toHaveBeenCalledTimes(1));
  expect(screen.fault?.message).toContain('ENOSPC');
  expect(terminal.stderr.text).toBe('* stdout cannot be written: ENOSPC: no space left on device\n');
});

test('knows whether stdout is a terminal, whatever stdin is', () => {
  const terminal = tty();
  screen = openScreen({ ...silent, stdin: new PassThrough(), stdout: terminal.stdout, stderr: terminal.stderr });
  expect([screen.isInteractive, screen.isShown]).toEqual([false, true]);
});
