import type { CloseReport } from './close-report.js';
import { errorJson } from './error-json.js';

/**
 * The errors wirekeeper throws. `code` is stable. The message is one sentence: what is wrong, and what is allowed or
 * can be done.
 *
 * ```text
 * WirekeeperError      code
 * ├─ OptionError       WIREKEEPER_OPTION       an option, URL, or argument that is not allowed; see `option`
 * ├─ DeadlineError     WIREKEEPER_DEADLINE     `withinMs` has passed; the connection lives on
 * ├─ NotSentError      WIREKEEPER_NOT_SENT     `sendAndWait` could not send its message; see `fate`
 * ├─ ListenError       WIREKEEPER_LISTEN       a listener could not be started; see `cause`
 * ├─ ChildError        WIREKEEPER_CHILD        the child's state does not allow the call; see `reason`
 * ├─ PlatformError     WIREKEEPER_PLATFORM     the runtime has no sockets that can be used
 * └─ EndedError        WIREKEEPER_ENDED        what was waited for has ended, or will never open
 * RangeError (of Node)
 * └─ CloseFrameError   WIREKEEPER_CLOSE_CODE   a close code that may not be sent
 *                      WIREKEEPER_CLOSE_REASON a close reason that may not be sent
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

  /**
   * For `JSON.stringify`, which would write the code alone: the name, the message, the code, the fields of the error,
   * and its causes.
   */
  toJSON(): Readonly<Record<string, unknown>> {
    return errorJson(this);
  }
}

/** An option, URL, or argument that is not allowed. The call has changed nothing. */
export class OptionError extends WirekeeperError {
  // Private, so that Node does not print again what the message says.
  readonly #option: string | undefined;
  readonly #problem: string;

  constructor(
    message: string,
    {
      option,
      problem = message,
      ...options
    }: ErrorOptions & { readonly option?: string | undefined; readonly problem?: string } = {},
  ) {
    super('WIREKEEPER_OPTION', message, options);
    this.#option = option;
    this.#problem = problem;
  }

  /**
   * The path of the option in the options of the call, such as `limits.maxConnections` or `protocols[1]`; `options`
   * when they are refused as a whole; `undefined` if the error is not about one option.
   */
  get option(): string | undefined {
    return this.#option;
  }

  /** The message without the call and the option, such as `is 0; allowed are whole numbers from 1 on.` */
  get problem(): string {
    return this.#problem;
  }
}

/** The time given for a wait has passed. What was waited for lives on. */
export class DeadlineError extends WirekeeperError {
  constructor(message: string) {
    super('WIREKEEPER_DEADLINE', message);
  }
}

/**
 * What became of a message that was not sent: refused because the connection takes no more messages (`closed`), dropped
 * by the slow-peer policy (`dropped`), discarded when the connection closed (`discarded`), or written to a socket that
 * failed before the kernel was known to have taken it (`unknown`).
 */
export type NotSentFate = 'closed' | 'dropped' | 'discarded' | 'unknown';

/** A message was not sent, or is not known to have been sent. */
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
 * Why a child's state does not allow a call, in OTP's words:
 *
 * - `already-started`: the id is that of a running child;
 * - `already-present`: the id is that of a stopped child whose spec was kept;
 * - `not-found`: no child has this id;
 * - `running`: the child runs, and the call needs a stopped one;
 * - `restarting`: the child's start has failed and is tried again.
 */
export type ChildErrorReason = 'already-started' | 'already-present' | 'not-found' | 'running' | 'restarting';

/** A child's state does not allow the call. Nothing has changed. */
export class ChildError extends WirekeeperError {
  readonly reason: ChildErrorReason;
  readonly childId: string;
  readonly #problem: string;

  constructor(reason: ChildErrorReason, childId: string, supervisor: string) {
    const [what, hint] = CHILD_ERRORS[reason];
    // Callers without types may pass anything, and not every value can be JSON.
    const shown = typeof childId === 'string' ? JSON.stringify(childId) : `a ${typeof childId}`;
    const problem = `${shown} ${what} of supervisor ${supervisor}${hint}.`;
    super('WIREKEEPER_CHILD', `id: ${problem}`);
    this.#problem = problem;
    this.reason = reason;
    this.childId = childId;
  }

  /** The message without the name of the argument, `id`. */
  get problem(): string {
    return this.#problem;
  }
}

const CHILD_ERRORS: Readonly<Record<ChildErrorReason, readonly [what: string, hint: string]>> = {
  'already-started': ['is the id of another child', ', which runs; use an id that no other child has'],
  'already-present': [
    'is the id of another child',
    ', whose spec was kept; start that child with restartChild, or free its id with deleteChild',
  ],
  'not-found': ['is the id of no child', ''],
  running: ['is the id of a child', ', which runs; stop it with terminateChild first'],
  restarting: ['is the id of a child', ', which is being restarted; stop that with terminateChild first'],
};

/** The runtime has no sockets that can be used: Node.js is older than 20.19, or the package ws cannot be loaded. */
export class PlatformError extends WirekeeperError {
  constructor(message: string, options?: ErrorOptions) {
    super('WIREKEEPER_PLATFORM', message, options);
  }
}

/** What was waited for has ended. */
export class EndedError extends WirekeeperError {
  /** How the connection ended that was waited for, where there was one. */
  readonly report: CloseReport | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly report?: CloseReport | undefined }) {
    super('WIREKEEPER_ENDED', message, options);
    this.report = options?.report;
  }
}

/**
 * A Close frame that may not be sent (RFC 6455 sections 5.5.1 and 7.4). Nothing was sent, and the connection is
 * unchanged.
 */
export class CloseFrameError extends RangeError {
  readonly code: 'WIREKEEPER_CLOSE_CODE' | 'WIREKEEPER_CLOSE_REASON';

  constructor(code: 'WIREKEEPER_CLOSE_CODE' | 'WIREKEEPER_CLOSE_REASON', message: string) {
    super(message);
    this.name = 'CloseFrameError';
    this.code = code;
  }

  /** For `JSON.stringify`: the name, the message, and the code. */
  toJSON(): Readonly<Record<string, unknown>> {
    return errorJson(this);
  }
}
