import type { InspectionEvent } from 'xstate';
import type { TreeActor } from './inspected-actor.js';
import { actorEvent } from './inspection-events.js';

/** Called with each inspection event. What it throws ends the inspection. */
export type Sink = (event: InspectionEvent, actor: TreeActor) => void;

/** The actors of an inspection that are there now, and the way of their events to the sink. */
export class LiveActors {
  readonly #sink: Sink;
  readonly #onFault: () => void;
  readonly #actors = new Set<TreeActor>();
  #isBroken = false;
  /** What the sink threw. The machine or actor that was at work must not be disturbed by it. */
  #fault: { readonly error: unknown } | undefined;

  /** @param onFault called when the sink has thrown: no event is shown any more. */
  constructor(sink: Sink, onFault: () => void) {
    this.#sink = sink;
    this.#onFault = onFault;
  }

  /**
   * The actors to present to a viewer that comes now, parents before their children. An actor that is over is there as
   * long as it has children. It may change during an iteration, which then has also those that come.
   */
  get present(): Iterable<TreeActor> {
    return this.#actors;
  }

  /** Never throws. */
  show(event: InspectionEvent, actor: TreeActor): void {
    if (this.#isBroken) return;
    try {
      this.#sink(event, actor);
    } catch (error) {
      this.#isBroken = true;
      this.#fault = { error };
      this.#onFault();
    }
  }

  add(actor: TreeActor): void {
    this.#actors.add(actor);
    if (actor._parent !== undefined) actor._parent.children += 1;
    this.show(actorEvent(actor), actor);
  }

  /** The actor's last event was shown. */
  over(actor: TreeActor): void {
    if (actor.isOver) return;
    actor.isOver = true;
    this.#leaveIfEmpty(actor);
  }

  clear(): void {
    this.#actors.clear();
  }

  /** Throws what the sink threw, once. */
  throwFault(): void {
    const fault = this.#fault;
    if (fault === undefined) return;
    this.#fault = undefined;
    throw fault.error;
  }

  #leaveIfEmpty(actor: TreeActor): void {
    if (!actor.isOver || actor.children > 0 || !this.#actors.delete(actor)) return;
    const parent = actor._parent;
    if (parent === undefined) return;
    parent.children -= 1;
    this.#leaveIfEmpty(parent);
  }
}
