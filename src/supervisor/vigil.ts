import type { Wire } from '../transport/transport.js';
import { Alarm } from './alarm.js';
import type { Wheel } from './wheel.js';

/** Idleness is found to within this part of `idleWithinMs`. */
const IDLE_STEPS = 8;

/** What a vigil asks for. */
export interface VigilOwner {
  closeFor(trigger: 'idle' | 'expired' | 'slow-handler', code: number, reason: string): void;
}

/** The deadlines of an open connection that most connections never need: idleness, the credential's end, a pause too long. */
export class Vigil {
  readonly #owner: VigilOwner;
  readonly #wheel: Wheel;
  #idle: Alarm | undefined;
  #expiry: Alarm | undefined;
  #pause: Alarm | undefined;

  constructor(owner: VigilOwner, wheel: Wheel) {
    this.#owner = owner;
    this.#wheel = wheel;
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

  /** Closes with 3000 after so many ms; moves that end if it was set. */
  expireAfter(ms: number): void {
    this.#expiry ??= new Alarm(this.#wheel, () => this.#owner.closeFor('expired', 3000, 'credential expired'));
    this.#expiry.set(Math.max(0, ms));
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
