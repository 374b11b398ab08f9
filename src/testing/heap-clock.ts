import { type Clock, LONGEST_TIMER_MS } from '../supervisor/api/clock.js';
import { MinHeap } from '../supervisor/time/min-heap.js';

/**
 * Makes a clock for tests: a binary heap of timers. As Node does, it takes delays below 1 ms for 1 ms; unlike Node it
 * throws a `RangeError` for delays that Node's timers cannot wait (from 2^31 ms, and NaN).
 *
 * @param startMs what `now()` begins with. Default 0.
 * @param wallStartMs what `wallNow()` begins with, Unix ms. Default 2026-01-01.
 */
export function createHeapClock(startMs = 0, wallStartMs = Date.UTC(2026, 0, 1)): HeapClock {
  return new HeapClockRuntime(startMs, wallStartMs);
}

/** A timer that waits in the heap. */
interface Timer {
  readonly dueAt: number;
  /** Orders timers of one time by when they were set. */
  readonly order: number;
  fn: (() => void) | undefined;
}

/** A clock that stands still until a test advances it. It can be the clock of XState's actors as well. */
export interface HeapClock extends Clock {
  /** Timers that are set. */
  readonly pending: number;
  /** When the next timer is due, on `now()`'s scale; `undefined` if none is set. */
  readonly nextDueAt: number | undefined;
  /**
   * Moves time on by `ms` and calls what falls due, in order, each at its own time, including timers set on the way.
   * If a timer throws, so does this call, with time standing at that timer.
   *
   * @throws {RangeError} for anything but a number of ms from 0 on.
   */
  advance(ms: number): void;
  /**
   * Like `advance`, but lets promises, `process.nextTick`, and `setImmediate` run before the first timer and after each
   * one.
   *
   * @throws {RangeError} by rejection, for anything but a number of ms from 0 on.
   */
  advanceAsync(ms: number): Promise<void>;
}

/** Turns of the event loop that work set off by a timer gets: enough for a few messages to and fro in memory. */
const SETTLE_TURNS = 8;

/** Cancelled timers that may lie in the heap before it is swept, as long as they outnumber the live ones. */
const SWEEP_FROM = 64;

async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

class HeapClockRuntime implements HeapClock {
  readonly #heap = new MinHeap<Timer>((a, b) => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order));
  readonly #wallOffset: number;
  #now: number;
  #timersSoFar = 0;
  #pending = 0;

  constructor(startMs: number, wallStartMs: number) {
    this.#now = startMs;
    this.#wallOffset = wallStartMs - startMs;
  }

  get pending(): number {
    return this.#pending;
  }

  get nextDueAt(): number | undefined {
    return this.#next()?.dueAt;
  }

  // Properties, so that they may be handed on alone, as XState does.
  readonly setTimeout = (fn: () => void, ms: number): unknown => {
    if (!(ms <= LONGEST_TIMER_MS))
      throw new RangeError(`setTimeout: ${ms} ms is more than a timer of Node can wait; it would fire at once.`);
    this.#timersSoFar += 1;
    const timer: Timer = { dueAt: this.#now + Math.max(1, ms), order: this.#timersSoFar, fn };
    this.#heap.push(timer);
    this.#pending += 1;
    return timer;
  };

  readonly clearTimeout = (id: unknown): void => {
    const timer = id as Timer | undefined;
    if (timer?.fn === undefined) return;
    timer.fn = undefined;
    this.#pending -= 1;
    if (this.#heap.size > Math.max(SWEEP_FROM, 2 * this.#pending)) this.#heap.retain(({ fn }) => fn !== undefined);
  };

  readonly now = (): number => this.#now;

  readonly wallNow = (): number => this.#now + this.#wallOffset;

  advance(ms: number): void {
    const until = this.#after(ms);
    while (this.#fireNext(until));
    this.#now = until;
  }

  async advanceAsync(ms: number): Promise<void> {
    const until = this.#after(ms);
    await settle();
    while (this.#fireNext(until)) await settle();
    this.#now = until;
  }

  #after(ms: number): number {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
      throw new RangeError(`advance: ${ms} is no number of ms from 0 on.`);
    return this.#now + ms;
  }

  #next(): Timer | undefined {
    let next = this.#heap.first;
    for (; next !== undefined && next.fn === undefined; next = this.#heap.first) this.#heap.shift();
    return next;
  }

  /** Calls the next timer if it is due by then. */
  #fireNext(until: number): boolean {
    const next = this.#next();
    if (next === undefined || next.dueAt > until) return false;
    const { dueAt, fn } = next;
    this.clearTimeout(next);
    this.#now = dueAt;
    fn?.();
    return true;
  }
}
