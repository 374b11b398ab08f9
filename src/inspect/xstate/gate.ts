import type { InspectionEvent } from 'xstate';
import type { TreeActor } from './inspected-actor.js';
import { type InspectOnly, isWanted } from './only.js';

/**
 * Decides for one viewer which events it is shown, in which order: an actor before its events, and its parents before
 * it, also those that the filter does not ask for.
 */
export class Gate {
  readonly #filters: readonly InspectOnly[];
  readonly #known = new Set<TreeActor>();

  /** @param filters all of which an actor has to pass. */
  constructor(...filters: readonly InspectOnly[]) {
    this.#filters = filters;
  }

  /** Whether an actor is asked for, or is shown because one below it is. */
  wants(actor: TreeActor): boolean {
    return this.#known.has(actor) || this.#filters.every((only) => isWanted(only, actor));
  }

  /**
   * Lets an actor in, if it is wanted.
   *
   * @returns the actors to present now, parents first: none if the actor is known or not wanted.
   */
  admit(actor: TreeActor): readonly TreeActor[] {
    return this.#known.has(actor) || !this.wants(actor) ? [] : this.#enter(actor);
  }

  /** Whether to show an event of an actor. Its final snapshot is the last one. */
  passes(event: InspectionEvent, actor: TreeActor): boolean {
    return isFinal(event) ? this.#known.delete(actor) : this.#known.has(actor);
  }

  /** Forgets an actor, which has not been presented after all. */
  forget(actor: TreeActor): void {
    this.#known.delete(actor);
  }

  clear(): void {
    this.#known.clear();
  }

  #enter(actor: TreeActor): readonly TreeActor[] {
    const parent = actor._parent;
    const above = parent === undefined || this.#known.has(parent) ? [] : this.#enter(parent);
    this.#known.add(actor);
    return [...above, actor];
  }
}

/** Whether an event is an actor's last one. */
export function isFinal(event: InspectionEvent): boolean {
  return event.type === '@xstate.snapshot' && event.snapshot.status !== 'active';
}
