import { type Clock, LONGEST_TIMER_MS } from '../api/clock.js';
import { KeepAlive } from './keep-alive.js';
import { MinHeap } from './min-heap.js';
import { Stalls, type StallsSeen } from './stalls.js';

/** Deadlines that fall due together. Tasks run in the order in which they were scheduled. */
interface Bucket {
  /** Monotonic ms, whole. */
  readonly dueAt: number;
  readonly tasks: Set<WheelTask>;
}

/** Where the wheel keeps a task. Private to the wheel: other code may only check whether it is defined. */
export type WheelSlot = Bucket;

/**
 * Something with one deadline. What needs two deadlines at a time uses two tasks.
 *
 * The task itself is scheduled, not a function: 100,000 connections cost no closures.
 */
export interface WheelTask {
  /** Set and cleared by the wheel: defined while the task is scheduled. */
  wheelSlot: WheelSlot | undefined;
  /**
   * Called once when the deadline has come; the task is no longer scheduled then.
   *
   * @param now monotonic ms.
   */
  onDue(now: number): void;
}

/** Delays from here on, in ms, share the coarsest buckets, of 1,024 ms. */
const COARSEST_FROM_MS = 16 * 1024;

/** The width in ms of the bucket for a delay: the power of two at or below a sixteenth of it, 1 to 1,024. */
function granularityFor(delayMs: number): number {
  return delayMs < 32 ? 1 : 1 << (27 - Math.clz32(Math.min(delayMs, COARSEST_FROM_MS)));
}

/**
 * All deadlines of a supervisor on one timer.
 *
 * Due times are rounded up to shared buckets, so a deadline is never early and at most a sixteenth of its delay (and
 * one ms) late, and 100,000 tasks need a few dozen buckets. Scheduling and cancelling cost O(1), and O(log buckets)
 * when a bucket is new. There is a timer of the clock only while tasks are scheduled.
 */
export class Wheel {
  /** The wheel's timer does not keep the process alive: code that owes something by a deadline holds this as well. */
  readonly keepAlive: KeepAlive;
  readonly #clock: Clock;
  readonly #onTaskError: (error: unknown) => void;
  readonly #stalls: Stalls;
  readonly #buckets = new Map<number, Bucket>();
  readonly #byTime = new MinHeap<Bucket>((a, b) => a.dueAt < b.dueAt);
  #size = 0;
  #timer: unknown;
  /** When the timer is due, monotonic ms; `Infinity` when there is none. */
  #timerDueAt = Number.POSITIVE_INFINITY;
  #isTurning = false;
  #isStopped = false;

  /**
   * @param onTaskError called with what a task threw; must not throw itself.
   * @param keepsAlive whether what is owed keeps the process alive.
   */
  constructor(clock: Clock, onTaskError: (error: unknown) => void, keepsAlive = true) {
    this.keepAlive = new KeepAlive(keepsAlive ? clock : {});
    this.#clock = clock;
    this.#onTaskError = onTaskError;
    this.#stalls = new Stalls(clock);
  }

  /** How many tasks are scheduled. */
  get size(): number {
    return this.#size;
  }

  /**
   * How long in all, in ms, the event loop was found stalled: timers came more than 50 ms late. A stall that has ended
   * just now counts.
   */
  get stalledMs(): number {
    return this.#stalls.totalMs(this.#timerDueAt);
  }

  /** The stalls since some moment, monotonic ms. */
  stallsSince(at: number): StallsSeen {
    return this.#stalls.since(at);
  }

  /**
   * Calls the task's `onDue` after `delayMs`, in a later turn of the event loop also for 0. A task that is scheduled
   * already is moved; `Infinity` just cancels it.
   *
   * @throws {RangeError} for NaN.
   */
  schedule(task: WheelTask, delayMs: number): void {
    if (Number.isNaN(delayMs)) throw new RangeError('a delay on the wheel is NaN');
    this.cancel(task);
    if (this.#isStopped || delayMs === Number.POSITIVE_INFINITY) return;
    const granularity = granularityFor(delayMs);
    const dueAt = Math.ceil((this.#clock.now() + Math.max(0, delayMs)) / granularity) * granularity;
    let bucket = this.#buckets.get(dueAt);
    if (bucket === undefined) {
      bucket = { dueAt, tasks: new Set() };
      this.#buckets.set(dueAt, bucket);
      this.#byTime.push(bucket);
    }
    bucket.tasks.add(task);
    task.wheelSlot = bucket;
    this.#size += 1;
    if (dueAt < this.#timerDueAt) this.#arm();
  }

  /** Does nothing for a task that is not scheduled. */
  cancel(task: WheelTask): void {
    const bucket = task.wheelSlot;
    if (bucket === undefined) return;
    bucket.tasks.delete(task);
    task.wheelSlot = undefined;
    this.#size -= 1;
    // An empty bucket waits for the next task of its time, or for the timer: code that schedules and cancels in turn
    // finds it again.
    if (this.#size === 0) this.#arm();
  }

  /** Drops every task and takes no more. */
  stop(): void {
    this.#isStopped = true;
    for (const { tasks } of this.#buckets.values()) for (const task of tasks) this.cancel(task);
  }

  /** Sets the one timer for the earliest bucket that has tasks. */
  #arm(): void {
    if (this.#isTurning) return;
    if (this.#timerDueAt === Number.POSITIVE_INFINITY) this.#stalls.looked(this.#clock.now());
    this.#disarm();
    if (this.#size === 0) {
      this.#buckets.clear();
      this.#byTime.clear();
      return;
    }
    let next = this.#byTime.first;
    for (; next?.tasks.size === 0; next = this.#byTime.first) this.#drop();
    if (next === undefined) throw new Error('a scheduled task stands in a bucket');
    const delayMs = Math.ceil(next.dueAt - this.#clock.now());
    this.#timerDueAt = next.dueAt;
    this.#timer = this.#clock.setTimeout(this.#turn, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
  }

  #disarm(): void {
    if (this.#timerDueAt === Number.POSITIVE_INFINITY) return;
    const now = this.#clock.now();
    if (now > this.#timerDueAt) this.#stalls.turned(now, this.#timerDueAt);
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueAt = Number.POSITIVE_INFINITY;
  }

  /** Takes the earliest bucket out. */
  #drop(): Bucket | undefined {
    const bucket = this.#byTime.shift();
    if (bucket !== undefined) this.#buckets.delete(bucket.dueAt);
    return bucket;
  }

  /** The timer has fired. Node's may fire a fraction of a ms early: then nothing is due, and the timer is set again. */
  readonly #turn = (): void => {
    const now = this.#clock.now();
    this.#stalls.turned(now, this.#timerDueAt);
    this.#timer = undefined;
    this.#timerDueAt = Number.POSITIVE_INFINITY;
    // What is due now is taken out first, so that tasks scheduled meanwhile come in a later turn.
    const due: Bucket[] = [];
    for (let next = this.#byTime.first; next !== undefined && next.dueAt <= now; next = this.#byTime.first) {
      due.push(next);
      this.#drop();
    }
    this.#isTurning = true;
    for (const { tasks } of due) for (const task of tasks) this.#run(task, now);
    this.#isTurning = false;
    // Tasks that take long stall the others.
    this.#stalls.turned(this.#clock.now(), now);
    this.#arm();
  };

  #run(task: WheelTask, now: number): void {
    this.cancel(task);
    if (this.#isStopped) return;
    try {
      task.onDue(now);
    } catch (error) {
      this.#onTaskError(error);
    }
  }
}
