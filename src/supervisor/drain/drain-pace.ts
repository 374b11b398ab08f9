import type { Clock } from '../api/clock.js';
import type { Wheel, WheelSlot, WheelTask } from '../time/wheel.js';
import { type DrainSchedule, SHORTEST_TURN_MS, turnOf } from './drain-schedule.js';

/** Closes the connections of a schedule when their turns come, with one task on the wheel for all of them. */
export class DrainPace<T> implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly #schedule: DrainSchedule<T>;
  readonly #clock: Clock;
  readonly #wheel: Wheel;
  readonly #close: (connection: T) => void;
  #startedAt = 0;
  #next = 0;

  /** @param close is called once for each connection, in order; it must not throw. */
  constructor(schedule: DrainSchedule<T>, clock: Clock, wheel: Wheel, close: (connection: T) => void) {
    this.#schedule = schedule;
    this.#clock = clock;
    this.#wheel = wheel;
    this.#close = close;
  }

  start(): void {
    this.#startedAt = this.#clock.now();
    this.#await(0);
  }

  /** Closes no more connections. */
  stop(): void {
    this.#next = this.#schedule.order.length;
    this.#wheel.cancel(this);
  }

  onDue(now: number): void {
    const { order } = this.#schedule;
    const elapsedMs = now - this.#startedAt;
    while (this.#next < order.length && turnOf(this.#schedule, this.#next) <= elapsedMs) {
      const connection = order[this.#next] as T;
      this.#next += 1;
      this.#close(connection);
    }
    if (this.#next < order.length)
      this.#await(Math.max(SHORTEST_TURN_MS, turnOf(this.#schedule, this.#next) - elapsedMs));
  }

  #await(delayMs: number): void {
    if (this.#schedule.order.length > 0) this.#wheel.schedule(this, delayMs);
  }
}
