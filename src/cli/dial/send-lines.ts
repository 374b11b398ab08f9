import { type Dialer, EndedError, NotSentError, type NotSentFate } from '../../index.js';

/** The fates of the lines. */
export interface LinesSent {
  /** The number of lines that were sent. */
  readonly sent: number;
  /** The number of lines that were not sent, or may not have been. Lines skipped by an interruption do not count. */
  readonly lost: number;
}

/** How lines are sent. */
interface Sending {
  readonly dialer: Dialer;
  /** Ends the sending. */
  readonly signal: AbortSignal;
  /** Called before a line is sent. */
  readonly onSend: () => void;
  readonly onNotSent: (line: string, fate: NotSentFate) => void;
}

/**
 * Sends lines as text messages, one after the other, each on the connection that is up. While there is none, no line is
 * read. A line that may have been sent before its connection was lost is not sent again.
 *
 * @returns when the lines are at their end, the dialer has ended, or the signal has aborted.
 */
export async function sendLines(lines: AsyncIterable<string>, sending: Sending): Promise<LinesSent> {
  let sent = 0;
  let lost = 0;
  for await (const line of lines) {
    const outcome = await sendLine(line, sending);
    if (outcome === 'interrupted') break;
    if (outcome === 'sent') sent += 1;
    else lost += 1;
    if (outcome === 'over') break;
  }
  return { sent, lost };
}

async function sendLine(
  line: string,
  { dialer, signal, onSend, onNotSent }: Sending,
): Promise<'sent' | 'lost' | 'over' | 'interrupted'> {
  for (;;) {
    try {
      const connection = await dialer.connected({ signal });
      if (connection.state === 'open') {
        onSend();
        await connection.sendAndWait(line, { signal });
        return 'sent';
      }
      await connection.closed;
    } catch (error) {
      if (error instanceof NotSentError && error.fate === 'closed') continue;
      if (signal.aborted) return 'interrupted';
      if (!(error instanceof NotSentError || error instanceof EndedError)) throw error;
      onNotSent(line, error instanceof NotSentError ? error.fate : 'closed');
      return error instanceof NotSentError ? 'lost' : 'over';
    }
  }
}
