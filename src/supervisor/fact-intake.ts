import { Subscriber } from 'rxjs';
import type { WireFact } from '../transport/wire-fact.js';

/** The subscriber of a wire's facts: they are the connection machine's events as they are. */
export class FactIntake extends Subscriber<WireFact> {
  readonly #owner: { dispatch(fact: WireFact): void };

  constructor(owner: { dispatch(fact: WireFact): void }) {
    super();
    this.#owner = owner;
  }

  /** It stays to the wire's end, so it keeps no way to leave: that would cost every connection a list. */
  override add(): void {}

  protected override _next(fact: WireFact): void {
    this.#owner.dispatch(fact);
  }
}
