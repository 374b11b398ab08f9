import type { Clock } from './clock.js';

/** One round of a wheel: what is due at one time. */
export interface WheelSlot {
  readonly due: number;
  readonly tasks: Set<WheelTask>;
}

/** Something to be done once, at a time. An object that wants two tasks at a time is two objects. */
export interface WheelTask {
  /** The wheel's: where the task stands, `undefined` when it is not scheduled. */
  wheelSlot: WheelSlot | undefined;
  /** Called once when it is due, with the monotonic time in ms. */
  onDue(now: number): void;
}

/** A timer that fires later than this, in ms, tells of a stall of this process. */
const STALL_FROM_MS = 50;

/** Due times are rounded up to a power of two of ms, about this part of the delay. */
const COARSENESS = 16;
const COARSEST_MS = 1024;

/** Node's timers take no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function granularityOf(delayMs: number): number {
  if (delayMs < COARSENESS * 2) return 1;
  return Math.min(COARSEST_MS, 2 ** Math.floor(Math.log2(delayMs / COARSENESS)));
}

/**
 * All deadlines of a supervisor on one timer. Tasks of about the same time share a slot, so that scheduling and
 * cancelling cost the same with a hundred thousand connections as with one. A task is late by a sixteenth of its delay at
 * the most, and by a second.
 */
export class Wheel {
  readonly #clock: Clock;
  readonly #onTaskError: (error: unknown) => void;
  readonly #slots = new Map<number, WheelSlot>();
  /** Slots by time: a binary heap. */
  readonly #heap: WheelSlot[] = [];
  #timer: { readonly id: unknown; readonly due: number } | undefined;
  #size = 0;
  /** How long, in ms, this process's event loop was found stalled so far. */
  stalledMs = 0;

  constructor(clock: Clock, onTaskError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onTaskError = onTaskError;
  }

  /** Tasks that are scheduled. */
  get size(): number {
    return this.#size;
  }

  /** Schedules a task, anew if it was scheduled; `Infinity` is never. */
  schedule(task: WheelTask, delayMs: number): void {
    this.cancel(task);
    if (delayMs === Number.POSITIVE_INFINITY) return;
    const delay = Math.max(0, delayMs);
    const granularity = granularityOf(delay);
    const due = Math.ceil((this.#clock.now() + delay) / granularity) * granularity;
    let slot = this.#slots.get(due);
    if (slot === undefined) {
      slot = { due, tasks: new Set() };
      this.#slots.set(due, slot);
      this.#push(slot);
    }
    slot.tasks.add(task);
    task.wheelSlot = slot;
    this.#size += 1;
    this.#arm();
  }

  cancel(task: WheelTask): void {
    const slot = task.wheelSlot;
    if (slot === undefined) return;
    task.wheelSlot = undefined;
    slot.tasks.delete(task);
    this.#size -= 1;
    if (this.#size === 0) this.#disarm();
  }

  /** Drops every task. */
  stop(): void {
    for (const slot of this.#heap) for (const task of slot.tasks) task.wheelSlot = undefined;
    this.#heap.length = 0;
    this.#slots.clear();
    this.#size = 0;
    this.#disarm();
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || (this.#timer !== undefined && this.#timer.due <= first.due)) return;
    this.#disarm();
    const delay = Math.min(LONGEST_TIMER_MS, Math.max(0, first.due - this.#clock.now()));
    this.#timer = { id: this.#clock.setTimeout(() => this.#turn(), Math.ceil(delay)), due: first.due };
  }

  #disarm(): void {
    if (this.#timer === undefined) return;
    this.#clock.clearTimeout(this.#timer.id);
    this.#timer = undefined;
  }

  #turn(): void {
    const due = this.#timer?.due ?? 0;
    this.#timer = undefined;
    const now = this.#clock.now();
    if (now - due > STALL_FROM_MS) this.stalledMs += now - due;
    // A slot scheduled by a task of this turn comes in a later one.
    const slots: WheelSlot[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.due <= now; first = this.#heap[0]) {
      this.#pop();
      this.#slots.delete(first.due);
      slots.push(first);
    }
    for (const slot of slots) this.#run(slot, now);
    if (this.#size > 0) this.#arm();
    else this.#forgetEmpty();
  }

  #run(slot: WheelSlot, now: number): void {
    for (const task of slot.tasks) {
      slot.tasks.delete(task);
      task.wheelSlot = undefined;
      this.#size -= 1;
      try {
        task.onDue(now);
      } catch (error) {
        this.#onTaskError(error);
      }
    }
  }

  /** With no task left, slots that were emptied by cancelling are dropped. */
  #forgetEmpty(): void {
    this.#heap.length = 0;
    this.#slots.clear();
  }

  #push(slot: WheelSlot): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(slot);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as WheelSlot;
      if (above.due <= slot.due) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = slot;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const least = right < heap.length && (heap[right] as WheelSlot).due < (heap[left] as WheelSlot).due ? right : left;
      const below = heap[least] as WheelSlot;
      if (below.due >= last.due) break;
      heap[at] = below;
      at = least;
    }
    heap[at] = last;
  }
}
