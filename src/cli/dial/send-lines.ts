import { type Dialer, EndedError, NotSentError, type NotSentFate } from '../../index.js';
import type { Command, Entry } from './entry.js';

/** The fates of the lines. */
export interface LinesSent {
  /** The number of lines that were sent. */
  readonly sent: number;
  /**
   * The number of lines that were not sent, or may not have been, and of those that ask for what cannot be done. Lines
   * skipped by an interruption do not count.
   */
  readonly lost: number;
}

/** How lines are sent. */
interface Sending {
  readonly dialer: Dialer;
  /** Ends the sending. */
  readonly signal: AbortSignal;
  /** Called before a line is sent. */
  readonly onSend: () => void;
  readonly onNotSent: (data: string | Buffer, fate: NotSentFate) => void;
  readonly onMistake: (problem: string) => void;
  /** Obeys a command in its turn. Resolves with `over` if no further line is read, with `lost` if it could not. */
  readonly obey: (command: Command) => Promise<'obeyed' | 'lost' | 'over'>;
}

type Outcome = 'sent' | 'obeyed' | 'lost' | 'over' | 'lost and over' | 'interrupted';

/**
 * Sends lines as messages, one after the other, each on the connection that is up. While there is none, no line is
 * read. A line that may have been sent before its connection was lost is not sent again.
 *
 * @returns when the lines are at their end, the dialer has ended, or the signal has aborted.
 */
export async function sendLines(lines: AsyncIterable<Entry>, sending: Sending): Promise<LinesSent> {
  let sent = 0;
  let lost = 0;
  for await (const line of lines) {
    const outcome = await follow(line, sending);
    if (outcome === 'interrupted') break;
    if (outcome === 'sent') sent += 1;
    else if (outcome === 'lost' || outcome === 'lost and over') lost += 1;
    if (outcome === 'over' || outcome === 'lost and over') break;
  }
  return { sent, lost };
}

async function follow(line: Entry, sending: Sending): Promise<Outcome> {
  switch (line.type) {
    case 'message':
      return sendMessage(line.data, sending);
    case 'mistake':
      sending.onMistake(line.problem);
      return 'lost';
    default:
      return sending.obey(line);
  }
}

async function sendMessage(data: string | Buffer, { dialer, signal, onSend, onNotSent }: Sending): Promise<Outcome> {
  for (;;) {
    try {
      const connection = await dialer.connected({ signal });
      if (connection.state === 'open') {
        onSend();
        await connection.sendAndWait(data, { signal });
        return 'sent';
      }
      await connection.closed;
    } catch (error) {
      if (error instanceof NotSentError && error.fate === 'closed') continue;
      if (signal.aborted) return 'interrupted';
      if (!(error instanceof NotSentError || error instanceof EndedError)) throw error;
      onNotSent(data, error instanceof NotSentError ? error.fate : 'closed');
      return error instanceof NotSentError ? 'lost' : 'lost and over';
    }
  }
}
