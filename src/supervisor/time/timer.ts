import type { Wheel, WheelSlot, WheelTask } from './wheel.js';

/** A timer on a wheel: calls back once, when its deadline has come. For deadlines that are rarely set. */
export class Timer implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly #wheel: Wheel;
  readonly #onDue: (now: number) => void;

  constructor(wheel: Wheel, onDue: (now: number) => void) {
    this.#wheel = wheel;
    this.#onDue = onDue;
  }

  /** Sets the timer; if it is already set, the new time replaces the old one. `Infinity` means never. */
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
    this.#onDue(now);
  }
}
