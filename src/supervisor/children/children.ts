import type { Child, ChildCounts, ChildInfo, Strategy } from '../api/child-spec.js';
import type { ChildSlot } from './child-slot.js';

/** The children of one supervisor, in start order. */
export class Children implements Iterable<ChildSlot> {
  readonly #slots = new Map<string, ChildSlot>();

  [Symbol.iterator](): IterableIterator<ChildSlot> {
    return this.#slots.values();
  }

  get(id: string): ChildSlot | undefined {
    return this.#slots.get(id);
  }

  has(id: string): boolean {
    return this.#slots.has(id);
  }

  add(slot: ChildSlot): void {
    this.#slots.set(slot.id, slot);
  }

  /** Removes a child, unless another child has its id by now. */
  remove(slot: ChildSlot): void {
    if (this.#slots.get(slot.id) === slot) this.#slots.delete(slot.id);
  }

  /** The children in reverse start order, in which they are stopped. */
  reversed(): readonly ChildSlot[] {
    return [...this.#slots.values()].reverse();
  }

  /**
   * Returns the children that are restarted with a child, in start order, itself included. As in OTP, stopped children
   * whose spec was kept are among them. Children that wait for their first start are not: that start is still to come.
   */
  restartedWith(slot: ChildSlot, strategy: Strategy): readonly ChildSlot[] {
    if (strategy === 'one_for_one') return [slot];
    const all = [...this.#slots.values()];
    const group = strategy === 'one_for_all' ? all : all.slice(all.indexOf(slot));
    return group.filter((other) => other === slot || other.state !== 'starting');
  }

  which(): readonly ChildInfo[] {
    return [...this.#slots.values()].map((slot) => slot.info());
  }

  /** The number of children of each kind, running or not. */
  byKind(): Record<`${Child['kind']}s`, number> {
    const kinds = { listeners: 0, dialers: 0, supervisors: 0, workers: 0 };
    for (const { handle } of this) if (handle !== undefined) kinds[`${handle.kind}s`] += 1;
    return kinds;
  }

  counts(): ChildCounts {
    let active = 0;
    let supervisors = 0;
    for (const { running, handle } of this.#slots.values()) {
      if (running !== undefined) active += 1;
      if (handle?.kind === 'supervisor') supervisors += 1;
    }
    const specs = this.#slots.size;
    return { specs, active, supervisors, workers: specs - supervisors };
  }
}
