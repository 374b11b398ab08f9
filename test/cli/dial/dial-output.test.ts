import { expect, test } from 'vitest';
import { type DialOutput, jsonOutput, plainOutput } from '../../../src/cli/dial/dial-output.js';
import type { Screen } from '../../../src/cli/process/screen.js';
import { type Connection, type DialerStatus, explain } from '../../../src/index.js';
import { MASKED, UNMASKED } from '../../../src/inspect/redaction/masked.js';
import { DataFrame } from '../../../src/transport/frame.js';
import { closeReport } from '../reports.js';

const report = closeReport({ reason: 'bye\u0007' });
const connection = { protocol: 'chat.v1', toJSON: () => ({ id: 'c7' }) } as unknown as Connection;
const STATUSES: readonly DialerStatus[] = [
  { type: 'dialing', attempt: 1 },
  { type: 'dialing', attempt: 3 },
  { type: 'up', connection },
  { type: 'waiting', attempt: 2, delayMs: 1_550.4, report },
  { type: 'stopping' },
  { type: 'stopped', exit: { id: 'dial', reason: 'normal', report } },
];

/** The lines that were printed and noted, in order. */
class Page implements Screen {
  readonly isInteractive: boolean;
  readonly isShown: boolean;
  readonly fault = undefined;
  readonly lines = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true as const, value: undefined }) }),
  };
  printed = '';
  noted = '';

  constructor(isInteractive = false, isShown = isInteractive) {
    this.isInteractive = isInteractive;
    this.isShown = isShown;
  }

  print(text: string): Promise<void> {
    this.printed += text;
    return Promise.resolve();
  }

  note(text: string): void {
    this.noted += text;
  }

  flushed(): Promise<void> {
    return Promise.resolve();
  }

  onInterrupt(): void {}
  close(): void {}
}

async function reportAll(output: DialOutput): Promise<void> {
  for (const status of STATUSES) output.status(status);
  await output.frame(new DataFrame(Buffer.from('one\ntwo\u001b[2J'), false));
  await output.frame(new DataFrame(Buffer.from([0, 255]), true));
  output.notSent('hello', 'unknown');
  output.ended(report);
}

test('plain: messages on stdout as they came, binary ones marked, all else on stderr', async () => {
  const page = new Page();
  await reportAll(plainOutput(page, 'ws://h/'));
  expect(page.printed).toBe('one\ntwo\u001b[2J\nbase64:AP8=\n');
  expect(page.noted.split('\n')).toEqual([
    '* dialing ws://h/',
    '* dialing ws://h/, attempt 3',
    '* open, speaking chat.v1',
    '* dialing again in 1.6 s',
    '* not sent, the connection was lost, so it is unknown whether the peer has it: hello',
    `* ${explain(report).replaceAll('\u0007', '\\x07')}`,
    '',
  ]);
});

test('on a terminal messages are marked, and their control characters shown', async () => {
  const page = new Page(true);
  await reportAll(plainOutput(page, 'ws://h/'));
  expect(page.printed).toBe('< one\n  two\\x1b[2J\n< base64:AP8=\n');
  expect(page.noted).toContain('* open, speaking chat.v1; each line typed is sent, Ctrl-D closes\n');
});

test('JSON: everything on stdout, one object a line', async () => {
  const page = new Page();
  await reportAll(jsonOutput(page));
  const objects = page.printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(objects).toEqual([
    { type: 'status', status: 'dialing', attempt: 1 },
    { type: 'status', status: 'dialing', attempt: 3 },
    { type: 'status', status: 'up', connection: { id: 'c7' } },
    { type: 'status', status: 'waiting', attempt: 2, delayMs: 1_550 },
    { type: 'status', status: 'stopping' },
    { type: 'status', status: 'stopped', reason: 'normal' },
    { type: 'frame', text: 'one\ntwo\u001b[2J' },
    { type: 'frame', base64: 'AP8=' },
    { type: 'not-sent', fate: 'unknown', text: 'hello' },
    { type: 'report', sentence: explain(report), report },
  ]);
  expect(page.noted).toBe('');
});

test('on a terminal nothing is obeyed, also when lines come from elsewhere: no marks, but the same care', async () => {
  const page = new Page(false, true);
  await reportAll(plainOutput(page, 'ws://h/'));
  expect(page.printed).toBe('one\n  two\\x1b[2J\nbase64:AP8=\n');
});

test.each([
  [MASKED, ['* dialing ws://***@h/?a=***', '* open, speaking bearer***']],
  [UNMASKED, ['* dialing ws://u:p@h/?a=b', '* open, speaking bearer.x']],
])('masks its own lines, and no message', async (masking, notes) => {
  const page = new Page();
  const output = plainOutput(page, 'ws://u:p@h/?a=b', masking);
  output.status({ type: 'dialing', attempt: 1 });
  output.status({ type: 'up', connection: { protocol: 'bearer.x' } as unknown as Connection });
  await output.frame(new DataFrame(Buffer.from('token=x'), false));
  expect(page.noted.trimEnd().split('\n')).toEqual(notes);
  expect(page.printed).toBe('token=x\n');
});
