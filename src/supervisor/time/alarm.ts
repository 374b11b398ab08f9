import type { Wheel, WheelSlot, WheelTask } from './wheel.js';

/** One deadline on a wheel, for what is rarely armed. */
export class Alarm implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly #wheel: Wheel;
  readonly #ring: (now: number) => void;

  constructor(wheel: Wheel, ring: (now: number) => void) {
    this.#wheel = wheel;
    this.#ring = ring;
  }

  /** Sets it, anew if it was set. `Infinity` is never. */
  set(delayMs: number): void {
    this.#wheel.schedule(this, delayMs);
  }

  clear(): void {
    this.#wheel.cancel(this);
  }

  get isSet(): boolean {
    return this.wheelSlot !== undefined;
  }

  onDue(now: number): void {
    this.#ring(now);
  }
}
