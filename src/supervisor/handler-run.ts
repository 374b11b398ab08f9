import { checkClose } from '../transport/close-code.js';
import { EndedError } from '../transport/errors.js';
import { Alarm } from './alarm.js';
import type { Connection, Handler, HandlerResult } from './connection.js';
import type { Shared } from './home.js';

/** A handler that still runs this long after the end of its connection, in ms, is lingering. */
const LINGERS_AFTER_MS = 1000;

/** What a handler's run tells its connection. */
export interface HandlerRunOwner {
  readonly id: string;
  readonly role: 'accepted' | 'dialed';
  handlerReturned(code: number, reason: string): void;
  handlerThrew(error: unknown): void;
}

/** The code and reason that a handler's result asks for; a report is what a handler that awaited `closed` returns. */
function closeOf(result: HandlerResult): { readonly code: number; readonly reason: string } {
  const { code = 1000, reason = '' } = typeof result === 'object' && result !== null && !('outcome' in result) ? result : {};
  return { code, reason };
}

/** Made once a connection has ended before its handler. */
class LingerAlarm extends Alarm {
  /** Those who wait for the handler's end. */
  readonly waiters: (() => void)[] = [];
}

/**
 * One run of a handler. Whatever it throws, at once or later, ends its own connection and nothing else. Nothing can stop
 * it: one that goes on after the end of its connection is said to linger.
 */
export class HandlerRun {
  readonly #owner: HandlerRunOwner;
  readonly #shared: Shared;
  #isRunning = true;
  #isLingering = false;
  #lingerAlarm: LingerAlarm | undefined;

  constructor(owner: HandlerRunOwner, shared: Shared) {
    this.#owner = owner;
    this.#shared = shared;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Calls back when a handler that still runs although its connection has ended has come to its end. */
  whenEnded(done: () => void): void {
    this.#lingerAlarm?.waiters.push(done);
  }

  start(handler: Handler<unknown>, connection: Connection<unknown>): void {
    try {
      const result = handler(connection);
      if (isThenable(result)) {
        result.then(
          (value) => this.#returned(value),
          (error: unknown) => this.#threw(error),
        );
      } else {
        this.#returned(result);
      }
    } catch (error) {
      this.#threw(error);
    }
  }

  /** The connection has ended: a handler that does not come to its end soon lingers. */
  connectionEnded(): void {
    if (!this.#isRunning) return;
    this.#lingerAlarm = new LingerAlarm(this.#shared.wheel, () => {
      this.#isLingering = true;
      this.#shared.handlerLingers(1);
      this.#shared.publish({ type: 'handler.lingering', connectionId: this.#owner.id });
    });
    this.#lingerAlarm.set(LINGERS_AFTER_MS);
  }

  #returned(result: HandlerResult): void {
    const { code, reason } = closeOf(result);
    try {
      checkClose(code, reason, this.#owner.role);
    } catch (error) {
      this.#threw(error);
      return;
    }
    this.#ended({});
    this.#owner.handlerReturned(code, reason);
  }

  #threw(error: unknown): void {
    this.#ended({ error });
    this.#owner.handlerThrew(error);
  }

  #ended(failure: { readonly error?: unknown }): void {
    this.#isRunning = false;
    this.#lingerAlarm?.clear();
    for (const done of this.#lingerAlarm?.waiters ?? []) done();
    // The report is out: an error that comes only now has no other place than the event.
    const isLate = this.#lingerAlarm !== undefined && 'error' in failure && !isInterruption(failure.error);
    if (this.#isLingering) this.#shared.handlerLingers(-1);
    else if (!isLate) return;
    this.#shared.publish({ type: 'handler.finished', connectionId: this.#owner.id, ...failure });
  }
}

/** Whether a handler came to its end since its waits were interrupted by `connection.signal`, as it should. */
function isInterruption(error: unknown): boolean {
  return error instanceof Error && (error instanceof EndedError || error.name === 'AbortError');
}

function isThenable(result: HandlerResult | Promise<HandlerResult>): result is Promise<HandlerResult> {
  return typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function';
}
