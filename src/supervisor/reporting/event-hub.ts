import type { Observable } from 'rxjs';
import { withErrorJson } from '../../transport/error-json.js';
import { Guarded } from '../../transport/guarded.js';
import type { SupervisorEvent } from '../api/events.js';

/**
 * Publishes the events of a supervisor, one after the other: events published by a subscriber are queued until the
 * current one has been delivered to all. A subscriber that throws is unsubscribed.
 */
export class EventHub {
  readonly #relay: Guarded<SupervisorEvent>;
  #queue: SupervisorEvent[] = [];
  #isPublishing = false;

  /** @param onThrow called with the error of a subscriber, after that subscriber was unsubscribed. */
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
    // JSON.stringify prints an Error as {}: a log would lose what was thrown.
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
