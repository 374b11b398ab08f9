import { Subscriber } from 'rxjs';
import type { WireFact } from '../transport/wire-fact.js';

/** The subscriber of a wire's facts: they are the connection machine's events as they are. */
export class FactIntake extends Subscriber<WireFact> {
  readonly #owner: { dispatch(fact: WireFact): void };

  constructor(owner: { dispatch(fact: WireFact): void }) {
    super();
    this.#owner = owner;
  }

  protected override _next(fact: WireFact): void {
    this.#owner.dispatch(fact);
  }
}
