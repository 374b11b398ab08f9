import type { CloseReport } from '../../transport/close-report.js';
import { isError, readOf, textOf } from '../../transport/thrown.js';
import { isInstance, show } from '../options/option-rules.js';

/** The codes of warnings. They are stable. */
export type WarningCode =
  | 'WIREKEEPER_SUPERVISOR_FAILED'
  | 'WIREKEEPER_HANDLER_THREW'
  | 'WIREKEEPER_LISTENER_THREW'
  | 'WIREKEEPER_SUBSCRIBER_THREW';

/**
 * Has Node print a warning about a failure that nobody else hears of.
 *
 * @param error what is behind it, as the detail of the warning. What quotes a peer is left out.
 */
export function warn(code: WarningCode, message: string, error: unknown): void {
  const detail = error === undefined ? {} : { detail: detailOf(error) };
  process.emitWarning(message, { type: 'WirekeeperWarning', code, ...detail });
}

/** Warns of handlers that throw while nobody hears of it, once for a tree of supervisors. */
export class UnheardThrows {
  #isDue: boolean;

  /** @param warns whether to warn at all. */
  constructor(warns: boolean) {
    this.#isDue = warns;
  }

  /** A connection has ended because its handler threw, and no event reports it. */
  threw({ childId = 'a connection', connectionId, handlerError, cause }: CloseReport): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    warn(
      'WIREKEEPER_HANDLER_THREW',
      `the handler of ${childId} has thrown, and its connection ${connectionId} was closed with 1011. ` +
        'This warning is printed once. To hear of every such error, subscribe to events$ of the supervisor.',
      handlerError ?? cause,
    );
  }
}

/** Returns a text for what was thrown, which may be anything and may throw when its properties are read. */
function detailOf(error: unknown): string {
  // A text may be a message of the peer.
  if (typeof error === 'string') return 'a text';
  try {
    if (!isInstance(error, Error)) return show(error);
    const text: unknown = error.stack ?? error.message;
    return typeof text === 'string' ? unquoted(text, error) : show(text);
  } catch {
    return 'an error that cannot be shown';
  }
}

/**
 * Leaves out of an error's text what a peer has said: `JSON.parse` quotes what it was given, and errors with a close
 * report quote its reason.
 */
function unquoted(text: string, error: Error): string {
  const { message } = error;
  if (isInstance(error, SyntaxError) && message !== '') return text.replace(message, '(the message is not shown here)');
  const report = readOf(error, 'report');
  const reason = typeof report === 'object' && report !== null && !isError(report) ? textOf(report, 'reason') : '';
  return reason === '' ? text : text.replaceAll(reason, '***');
}
