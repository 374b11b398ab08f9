import type { ConnectionActor } from '../connection/connection-actor.js';
import type { Services } from '../connection/connection-parent.js';
import { Timer } from '../time/timer.js';

/** The part of the greatest age in which it ends: connections that opened together are not replaced together. */
const SPREAD = 0.1;

/** The greatest age of a dialer's connections: calls back at a random moment in the last tenth of it. */
export class MaxAge {
  readonly #maxAgeMs: number;
  readonly #services: Services;
  readonly #onDue: () => void;
  /** Made when it is first needed: most dialers have no greatest age. */
  #timer: Timer | undefined;

  constructor(maxAgeMs: number, services: Services, onDue: () => void) {
    this.#maxAgeMs = maxAgeMs;
    this.#services = services;
    this.#onDue = onDue;
  }

  /** Watches a connection, which has been open for a while, in place of any other. */
  watch({ openedNow, isOpen }: Pick<ConnectionActor, 'openedNow' | 'isOpen'>): void {
    if (this.#maxAgeMs === Number.POSITIVE_INFINITY || openedNow === undefined || !isOpen) return;
    const { clock, random, wheel } = this.#services;
    this.#timer ??= new Timer(wheel, this.#onDue);
    const ageMs = clock.now() - openedNow;
    this.#timer.set(Math.max(0, this.#maxAgeMs * (1 - SPREAD * random()) - ageMs));
  }

  clear(): void {
    this.#timer?.clear();
  }
}
