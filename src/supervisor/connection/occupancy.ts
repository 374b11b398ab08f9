import type { Subscriber } from 'rxjs';
import { Guarded } from '../../transport/guarded.js';
import { warn } from '../reporting/process-warning.js';
import type { ConnectionActor } from './connection-actor.js';

/** A connection that has come to a group or left it. */
type Mover = { readonly parent: { readonly services: Pick<ConnectionActor['parent']['services'], 'publish'> } };

/** `occupied$` of a group: whether it has a member. A change during an emission is emitted after that. */
export class Occupancy extends Guarded<boolean> {
  readonly #isOccupied: () => boolean;
  /** What was emitted last. */
  #last: boolean;
  #isEmitting = false;
  /** The connection that came or left last: its supervisor reports what a subscriber throws. */
  #mover: Mover | undefined;

  constructor(isOccupied: () => boolean) {
    super((error, subscription) => {
      subscription.unsubscribe();
      const mover = this.#mover;
      if (mover === undefined)
        warn('WIREKEEPER_SUBSCRIBER_THREW', 'a subscriber of occupied$ of a group has thrown, and was dropped.', error);
      else mover.parent.services.publish({ type: 'observer.threw', error });
    });
    this.#isOccupied = isOccupied;
    this.#last = isOccupied();
  }

  /** A connection has come or left. */
  changed(mover: Mover): void {
    this.#mover = mover;
    if (!this.observed) this.#last = this.#isOccupied();
    if (this.#isEmitting) return;
    this.#isEmitting = true;
    while (this.#last !== this.#isOccupied()) {
      this.#last = !this.#last;
      this.next(this.#last);
    }
    this.#isEmitting = false;
  }

  protected override _subscribe(subscriber: Subscriber<boolean>): () => void {
    const leave = super._subscribe(subscriber);
    subscriber.next(this.#last);
    return leave;
  }
}
