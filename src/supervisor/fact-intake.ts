import type { WireFact } from '../transport/wire-fact.js';
import { LifelongSubscriber } from './lifelong-subscriber.js';

/** The subscriber of a wire's facts: they are the connection machine's events as they are. */
export class FactIntake extends LifelongSubscriber {
  readonly #owner: { dispatch(fact: WireFact): void };

  constructor(owner: { dispatch(fact: WireFact): void }) {
    super();
    this.#owner = owner;
  }

  next(fact: WireFact): void {
    this.#owner.dispatch(fact);
  }
}
