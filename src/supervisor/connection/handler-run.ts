import { checkClose } from '../../transport/close-code.js';
import { isThenable } from '../../transport/contain.js';
import { EndedError } from '../../transport/errors.js';
import { isError, textOf } from '../../transport/thrown.js';
import type { Connection, Handler, HandlerResult } from '../api/connection.js';
import type { WheelSlot, WheelTask } from '../time/wheel.js';
import type { Services } from './connection-parent.js';

/** A handler that still runs this long after the end of its connection, in ms, is lingering. */
const LINGERS_AFTER_MS = 1000;

/** Whose handler it is. */
export interface HandlerOwner {
  /** The handler has returned, at once or later. Must not throw. */
  handlerReturned(result: HandlerResult): void;
  /** The handler has thrown, at once or later. Must not throw. */
  handlerThrew(error: unknown): void;
}

/**
 * Runs a handler. Whatever it throws, at once or later, comes to its owner and goes no further.
 *
 * There is one for every connection, and what waits for its end lives as long: a bound method is smaller than a
 * closure.
 */
export function runHandler(handler: Handler<unknown>, connection: Connection<unknown>, owner: HandlerOwner): void {
  try {
    const result = handler(connection);
    // A thenable of the user's making may answer twice, or at once and then throw: a promise stands for it.
    if (isThenable(result))
      Promise.resolve(result).then(owner.handlerReturned.bind(owner), owner.handlerThrew.bind(owner));
    else owner.handlerReturned(result);
  } catch (error) {
    owner.handlerThrew(error);
  }
}

/**
 * The code and reason that a handler's result asks for; a report is what a handler that awaited `closed` returns.
 *
 * @throws {CloseFrameError} for a code or reason that may not be sent.
 */
export function closeOf(
  result: HandlerResult,
  role: 'accepted' | 'dialed',
): { readonly code: number; readonly reason: string } {
  const { code = 1000, reason = '' } =
    typeof result === 'object' && result !== null && !('outcome' in result) ? result : {};
  checkClose(code, reason, role);
  return { code, reason };
}

/** A handler whose connection has ended before it. Nothing can stop it: one that goes on for long is said to linger. */
export class LingeringHandler implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly #connectionId: string;
  readonly #services: Services;
  readonly #waiters: (() => void)[] = [];
  #isLingering = false;

  constructor(connectionId: string, services: Services) {
    this.#connectionId = connectionId;
    this.#services = services;
    services.wheel.schedule(this, LINGERS_AFTER_MS);
  }

  /** Calls back when it has come to its end. */
  whenEnded(done: () => void): void {
    this.#waiters.push(done);
  }

  /** It has come to its end. */
  ended(failure: { readonly error?: unknown }): void {
    this.#services.wheel.cancel(this);
    for (const done of this.#waiters) done();
    if (this.#isLingering) this.#services.handlerLingers(-1);
    // The report is out: an error that comes only now has no other place than the event.
    else if (!('error' in failure) || isInterruption(failure.error)) return;
    this.#services.publish({ type: 'handler.finished', connectionId: this.#connectionId, ...failure });
  }

  onDue(): void {
    this.#isLingering = true;
    this.#services.handlerLingers(1);
    this.#services.publish({ type: 'handler.lingering', connectionId: this.#connectionId });
  }
}

/** Whether a handler came to its end since its waits were interrupted by `connection.signal`, as it should. */
export function isInterruption(error: unknown): boolean {
  return isError(error) && (error instanceof EndedError || textOf(error, 'name') === 'AbortError');
}
