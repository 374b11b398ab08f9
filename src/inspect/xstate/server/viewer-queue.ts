import type { InspectionEvent } from 'xstate';
import { type Gate, isFinal } from '../gate.js';
import type { TreeActor } from '../inspected-actor.js';
import { presentOf } from '../inspection-events.js';
import { accountOf, Missed } from './missed.js';

/**
 * What one viewer is still to be shown: the present, then what happens. A viewer that is too far behind is dropped to a
 * summary: what happens is counted, until the viewer has taken everything; then it gets the counts, the final snapshots
 * of the actors that it knows, and the present again. Pure but for its own state.
 */
export class ViewerQueue {
  readonly #gate: Gate;
  readonly #present: () => Iterable<TreeActor>;
  readonly #viewer: TreeActor;
  readonly #most: number;
  readonly #events = new Fifo<Entry>();
  /** The actors to present that are left; `undefined` when all of them are presented. */
  #toPresent: Iterator<TreeActor> | undefined;
  #behind: Behind | undefined;

  /** @param most how many events may wait. */
  constructor(parts: {
    readonly gate: Gate;
    readonly present: () => Iterable<TreeActor>;
    readonly viewer: TreeActor;
    readonly most: number;
  }) {
    this.#gate = parts.gate;
    this.#present = parts.present;
    this.#viewer = parts.viewer;
    this.#most = parts.most;
    this.#toPresent = this.#present()[Symbol.iterator]();
  }

  get isBehind(): boolean {
    return this.#behind !== undefined;
  }

  /** Takes an event that has just happened. */
  offer(event: InspectionEvent, actor: TreeActor): void {
    if (this.#behind !== undefined) this.#count(this.#behind, event, actor);
    else if (event.type !== '@xstate.actor') {
      // What is not presented yet is presented as it will be then.
      if (this.#gate.passes(event, actor)) this.#push(event, actor);
    } else if (this.#toPresent === undefined) {
      for (const admitted of this.#gate.admit(actor))
        for (const each of admitted === actor ? [event] : presentOf(admitted)) this.#push(each, admitted);
    }
  }

  /** Returns the next event for the viewer, which has taken all before it; `undefined` if there is none now. */
  next(): InspectionEvent | undefined {
    for (;;) {
      const entry = this.#events.take();
      if (entry !== undefined) return entry.event;
      if (this.#behind !== undefined) this.#catchUp(this.#behind);
      else if (this.#toPresent === undefined) return undefined;
      else this.#presentNext(this.#toPresent);
    }
  }

  #presentNext(actors: Iterator<TreeActor>): void {
    const { done, value } = actors.next();
    if (done === true) this.#toPresent = undefined;
    else
      for (const admitted of this.#gate.admit(value))
        for (const event of presentOf(admitted)) this.#events.push({ event, actor: admitted });
  }

  #push(event: InspectionEvent, actor: TreeActor): void {
    if (this.#behind !== undefined) {
      this.#count(this.#behind, event, actor);
      return;
    }
    this.#events.push({ event, actor });
    if (this.#events.length > this.#most) this.#fallBehind();
  }

  /** What waits is counted instead. Actors that the viewer was about to get to know it does not know. */
  #fallBehind(): void {
    const behind: Behind = { missed: new Missed(), finals: new Map() };
    this.#behind = behind;
    this.#toPresent = undefined;
    const unknown = new Set<TreeActor>();
    for (const { event, actor } of this.#events.takeAll()) {
      behind.missed.count(event, actor);
      if (event.type === '@xstate.actor') {
        unknown.add(actor);
        this.#gate.forget(actor);
      } else if (isFinal(event) && !unknown.has(actor)) behind.finals.set(actor, event);
    }
  }

  #count({ missed, finals }: Behind, event: InspectionEvent, actor: TreeActor): void {
    if (!this.#gate.wants(actor)) return;
    missed.count(event, actor);
    if (this.#gate.passes(event, actor) && isFinal(event)) finals.set(actor, event);
  }

  #catchUp({ missed, finals }: Behind): void {
    this.#behind = undefined;
    this.#gate.clear();
    for (const event of [...accountOf(this.#viewer, missed), ...finals.values()])
      this.#events.push({ event, actor: this.#viewer });
    this.#toPresent = this.#present()[Symbol.iterator]();
  }
}

/** A list that is taken from at its front. `shift` moves the rest of it: of a million entries, in 2 ms for each. */
class Fifo<T> {
  #items: T[] = [];
  #taken = 0;

  get length(): number {
    return this.#items.length - this.#taken;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    const item = this.#items[this.#taken];
    if (item === undefined) return undefined;
    this.#taken += 1;
    // What is taken is let go in few steps, each as long as those before it have saved.
    if (this.#taken * 2 >= this.#items.length) this.#items = this.takeAll();
    return item;
  }

  takeAll(): T[] {
    const left = this.#items.slice(this.#taken);
    this.#items = [];
    this.#taken = 0;
    return left;
  }
}

interface Entry {
  readonly event: InspectionEvent;
  readonly actor: TreeActor;
}

interface Behind {
  readonly missed: Missed;
  /** The final snapshots of actors that the viewer knows. */
  readonly finals: Map<TreeActor, InspectionEvent>;
}
