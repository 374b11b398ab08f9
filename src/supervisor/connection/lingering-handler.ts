import { EndedError } from '../../transport/errors.js';
import { isError, textOf } from '../../transport/thrown.js';
import type { WheelSlot, WheelTask } from '../time/wheel.js';
import type { Services } from './connection-parent.js';

/** A handler that still runs this long after the end of its connection, in ms, is reported as lingering. */
const REPORTED_AFTER_MS = 1000;

/** A handler whose connection has ended before it. Nothing can stop it; if it goes on for long, that is reported. */
export class LingeringHandler implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly #connectionId: string;
  readonly #services: Services;
  readonly #waiters: (() => void)[] = [];
  #isReported = false;

  constructor(connectionId: string, services: Services) {
    this.#connectionId = connectionId;
    this.#services = services;
    services.wheel.schedule(this, REPORTED_AFTER_MS);
  }

  /** Calls back when the handler has ended. */
  whenEnded(done: () => void): void {
    this.#waiters.push(done);
  }

  /** The handler has ended. */
  ended(failure: { readonly error?: unknown }): void {
    this.#services.wheel.cancel(this);
    for (const done of this.#waiters) done();
    if (this.#isReported) this.#services.handlerLingers(-1);
    // The close report is published already: the event is the only place left for an error that comes now.
    else if (!('error' in failure) || isInterruption(failure.error)) return;
    this.#services.publish({ type: 'handler.finished', connectionId: this.#connectionId, ...failure });
  }

  onDue(): void {
    this.#isReported = true;
    this.#services.handlerLingers(1);
    this.#services.publish({ type: 'handler.lingering', connectionId: this.#connectionId });
  }
}

/** Whether a handler ended because `connection.signal` interrupted what it waited for, as it should. */
export function isInterruption(error: unknown): boolean {
  return isError(error) && (error instanceof EndedError || textOf(error, 'name') === 'AbortError');
}
