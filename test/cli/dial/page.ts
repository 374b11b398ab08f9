import type { DialOutput } from '../../../src/cli/dial/dial-output.js';
import type { Screen } from '../../../src/cli/process/screen.js';
import type { Connection, DialerStatus } from '../../../src/index.js';
import { DataFrame } from '../../../src/transport/frame.js';
import { closeReport } from '../reports.js';

export const report = closeReport({ reason: 'bye\u0007' });
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
export class Page implements Screen {
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

  print(text: string | Uint8Array): Promise<void> {
    this.printed += typeof text === 'string' ? text : Buffer.from(text).toString('latin1');
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

export async function reportAll(output: DialOutput): Promise<void> {
  for (const status of STATUSES) output.status(status);
  await output.frame(new DataFrame(Buffer.from('one\ntwo\u001b[2J'), false));
  await output.frame(new DataFrame(Buffer.from([0, 255]), true));
  output.notSent('hello', 'unknown');
  output.notSent(Buffer.from([1, 2]), 'dropped');
  output.mistake('/x\u0007 is no command');
  output.pong(1.26);
  output.noPong(5_000);
  output.ended(report);
}
