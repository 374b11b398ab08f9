import type { Wire } from '../../transport/transport.js';
import type { Clock } from '../api/clock.js';
import { Alarm } from '../time/alarm.js';
import type { Wheel } from '../time/wheel.js';

/** Idleness is found to within this part of `idleWithinMs`. */
const IDLE_STEPS = 8;

/** How often a time of day is looked at, in ms: a machine may have slept meanwhile, or its clock have been set. */
const LOOK_EVERY_MS = 30_000;

/** What open deadlines do when they pass. */
export interface DeadlinesOwner {
  closeFor(trigger: 'idle' | 'expired' | 'slow-handler', code: number, reason: string): void;
}

/**
 * The deadlines of an open connection that most connections never need: idleness, the credential's end, a pause too
 * long.
 */
export class OpenDeadlines {
  readonly #owner: DeadlinesOwner;
  readonly #wheel: Wheel;
  readonly #clock: Pick<Clock, 'wallNow'>;
  /** Unix ms. */
  #expiresAt = Number.POSITIVE_INFINITY;
  #idle: Alarm | undefined;
  #expiry: Alarm | undefined;
  #pause: Alarm | undefined;

  constructor(owner: DeadlinesOwner, wheel: Wheel, clock: Pick<Clock, 'wallNow'>) {
    this.#owner = owner;
    this.#wheel = wheel;
    this.#clock = clock;
  }

  /** Closes with 1000 when no data frame has passed in either direction for so long. */
  watchIdleness(wire: Wire, idleWithinMs: number): void {
    let framesSeen = 0;
    let quietSteps = 0;
    const idle = new Alarm(this.#wheel, () => {
      const frames = wire.framesIn + wire.framesOut;
      quietSteps = frames === framesSeen ? quietSteps + 1 : 0;
      framesSeen = frames;
      if (quietSteps < IDLE_STEPS) idle.set(idleWithinMs / IDLE_STEPS);
      else this.#owner.closeFor('idle', 1000, 'idle');
    });
    this.#idle = idle;
    idle.set(idleWithinMs / IDLE_STEPS);
  }

  /**
   * Closes with 3000 at that time of day; moves that end if it was set.
   *
   * @param at Unix ms; `Infinity` is never.
   */
  expireAt(at: number): void {
    this.#expiresAt = at;
    this.#expiry ??= new Alarm(this.#wheel, () => this.#lookAtExpiry());
    const leftMs = at - this.#clock.wallNow();
    this.#expiry.set(leftMs === Number.POSITIVE_INFINITY ? leftMs : Math.min(Math.max(0, leftMs), LOOK_EVERY_MS));
  }

  #lookAtExpiry(): void {
    if (this.#clock.wallNow() >= this.#expiresAt) this.#owner.closeFor('expired', 3000, 'credential expired');
    else this.expireAt(this.#expiresAt);
  }

  /** The socket is paused: closes with 1011 unless it is resumed in time. */
  paused(pausedWithinMs: number): void {
    this.#pause ??= new Alarm(this.#wheel, () => this.#owner.closeFor('slow-handler', 1011, 'handler too slow'));
    this.#pause.set(pausedWithinMs);
  }

  resumed(): void {
    this.#pause?.clear();
  }

  end(): void {
    this.#idle?.clear();
    this.#expiry?.clear();
    this.#pause?.clear();
  }
}
