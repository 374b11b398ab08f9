import type { Observable } from 'rxjs';
import type { SupervisorEvent } from './events.js';
import { Guarded } from './guarded.js';

/**
 * Publishes a supervisor's events, one after the other: an event that a subscriber's doing brings about comes after the
 * present one has reached everybody. A subscriber that throws is detached and said so.
 */
export class EventHub {
  readonly #relay = new Guarded<SupervisorEvent>((error, subscription) => {
    subscription.unsubscribe();
    this.publish({ type: 'observer.threw', error });
  });
  #queue: SupervisorEvent[] = [];
  #isPublishing = false;

  get events$(): Observable<SupervisorEvent> {
    return this.#relay;
  }

  get isObserved(): boolean {
    return this.#relay.observed;
  }

  publish(event: SupervisorEvent): void {
    if (!this.#relay.observed) return;
    this.#queue.push(event);
    if (this.#isPublishing) return;
    this.#isPublishing = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#relay.next(next);
    this.#isPublishing = false;
  }

  complete(): void {
    this.#relay.complete();
  }
}
