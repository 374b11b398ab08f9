import type { Observable } from 'rxjs';
import { withErrorJson } from '../transport/error-json.js';
import { Guarded } from '../transport/guarded.js';
import type { SupervisorEvent } from './api/events.js';

/**
 * Publishes a supervisor's events, one after the other: an event that a subscriber's doing brings about comes after the
 * present one has reached everybody. A subscriber that throws is detached.
 */
export class EventHub {
  readonly #relay: Guarded<SupervisorEvent>;
  #queue: SupervisorEvent[] = [];
  #isPublishing = false;

  /** @param onThrow gets what a subscriber threw, which was detached, to say so. */
  constructor(onThrow: (error: unknown) => void) {
    this.#relay = new Guarded((error, subscription) => {
      onThrow(error);
      try {
        subscription.unsubscribe();
      } catch (atLeaving) {
        onThrow(atLeaving);
      }
    });
  }

  get events$(): Observable<SupervisorEvent> {
    return this.#relay;
  }

  get isObserved(): boolean {
    return this.#relay.observed;
  }

  publish(event: SupervisorEvent): void {
    if (!this.#relay.observed) return;
    // A log would lose what was thrown.
    this.#queue.push('error' in event ? withErrorJson(event) : event);
    if (this.#isPublishing) return;
    this.#isPublishing = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#relay.next(next);
    this.#isPublishing = false;
  }

  complete(): void {
    this.#relay.complete();
  }
}
