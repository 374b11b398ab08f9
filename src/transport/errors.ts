import type { CloseReport } from './close-report.js';
import { errorJson } from './error-json.js';

/**
 * The errors wirekeeper throws. `code` is stable; the message is one sentence with the offending value and what is allowed.
 *
 * ```text
 * WirekeeperError                  code
 * ├─ OptionError                   WIREKEEPER_OPTION     an option, URL, or argument outside what is allowed
 * ├─ DeadlineError                 WIREKEEPER_DEADLINE   a wait ran out of its `withinMs`; the connection lives on
 * ├─ NotSentError                  WIREKEEPER_NOT_SENT   a message that `sendAndWait` took or refused did not leave; see `fate`
 * ├─ ListenError                   WIREKEEPER_LISTEN     a listener could not be started; see `cause`
 * ├─ ChildError                    WIREKEEPER_CHILD      what was asked of a child does not fit where it stands; see `reason`
 * ├─ PlatformError                 WIREKEEPER_PLATFORM   sockets cannot be had of what the program runs on
 * └─ EndedError                    WIREKEEPER_ENDED      a wait on something that has ended or will never open
 * RangeError (from node)
 * └─ CloseFrameError               WIREKEEPER_CLOSE_CODE, WIREKEEPER_CLOSE_REASON   a Close frame that may not be sent
 * ```
 */
export class WirekeeperError extends Error {
  /** Stable, for programs. */
  readonly code: `WIREKEEPER_${string}`;

  constructor(code: `WIREKEEPER_${string}`, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }

  /** What `JSON.stringify` writes: name, message, code, and the errors behind it; it would write the code alone. */
  toJSON(): Readonly<Record<string, unknown>> {
    return errorJson(this);
  }
}

/** An option, URL, or argument outside what is allowed. Nothing has changed. */
export class OptionError extends WirekeeperError {
  constructor(message: string, options?: ErrorOptions) {
    super('WIREKEEPER_OPTION', message, options);
  }
}

/** A wait ran out of its time. What was waited on lives on. */
export class DeadlineError extends WirekeeperError {
  constructor(message: string) {
    super('WIREKEEPER_DEADLINE', message);
  }
}

/**
 * What became of a message that did not leave: refused since the connection takes none any more (`closed`), dropped by
 * the slow-peer policy (`dropped`), thrown away at a close (`discarded`), or written to a socket that failed before the
 * kernel was known to have it (`unknown`).
 */
export type NotSentFate = 'closed' | 'dropped' | 'discarded' | 'unknown';

/** A message did not leave, or is not known to have left. */
export class NotSentError extends WirekeeperError {
  readonly fate: NotSentFate;

  constructor(fate: NotSentFate, message: string) {
    super('WIREKEEPER_NOT_SENT', message);
    this.fate = fate;
  }
}

/** A listener could not be started. */
export class ListenError extends WirekeeperError {
  constructor(message: string, options?: ErrorOptions) {
    super('WIREKEEPER_LISTEN', message, options);
  }
}

/**
 * Why something cannot be asked of a child, in OTP's words: its id is that of a child that runs (`already-started`) or of one
 * whose spec was kept (`already-present`); there is none of that id (`not-found`); it runs, and must not (`running`); its
 * start has failed and is tried again (`restarting`).
 */
export type ChildErrorReason = 'already-started' | 'already-present' | 'not-found' | 'running' | 'restarting';

const CHILD_ERRORS: Readonly<Record<ChildErrorReason, readonly [what: string, hint: string]>> = {
  'already-started': ['is the id of another child', ', which runs; ids are unique among children'],
  'already-present': [
    'is the id of another child',
    ', whose spec was kept; restartChild starts it, deleteChild frees its id',
  ],
  'not-found': ['is the id of no child', ''],
  running: ['is the id of a child', ', which runs; terminateChild stops it'],
  restarting: ['is the id of a child', ', which is being restarted; terminateChild ends that'],
};

/** What was asked of a child does not fit where it stands. Nothing has changed. */
export class ChildError extends WirekeeperError {
  readonly reason: ChildErrorReason;
  readonly childId: string;

  constructor(reason: ChildErrorReason, childId: string, supervisor: string) {
    const [what, hint] = CHILD_ERRORS[reason];
    // Whoever does without types may ask for anything, and not everything can be JSON.
    const shown = typeof childId === 'string' ? JSON.stringify(childId) : `a ${typeof childId}`;
    super('WIREKEEPER_CHILD', `id: ${shown} ${what} of supervisor ${supervisor}${hint}.`);
    this.reason = reason;
    this.childId = childId;
  }
}

/** Sockets cannot be had of what the program runs on: a Node.js older than 20.19, or a runtime without the package ws. */
export class PlatformError extends WirekeeperError {
  constructor(message: string, options?: ErrorOptions) {
    super('WIREKEEPER_PLATFORM', message, options);
  }
}

/** A wait on something that has ended. */
export class EndedError extends WirekeeperError {
  /** How the connection ended that was waited for, where there was one. */
  readonly report: CloseReport | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly report?: CloseReport | undefined }) {
    super('WIREKEEPER_ENDED', message, options);
    this.report = options?.report;
  }
}

/** A Close frame that may not be sent (RFC 6455 sections 5.5.1 and 7.4). Nothing was sent; the connection is as it was. */
export class CloseFrameError extends RangeError {
  readonly code: 'WIREKEEPER_CLOSE_CODE' | 'WIREKEEPER_CLOSE_REASON';

  constructor(code: 'WIREKEEPER_CLOSE_CODE' | 'WIREKEEPER_CLOSE_REASON', message: string) {
    super(message);
    this.name = 'CloseFrameError';
    this.code = code;
  }

  /** What `JSON.stringify` writes: name, message, and code. */
  toJSON(): Readonly<Record<string, unknown>> {
    return errorJson(this);
  }
}
