import type { Clock } from '../api/clock.js';

/**
 * Keeps the process alive while something is owed: a dialer until it has exited, a wait until its deadline, a drain
 * until its report, a stop until it is done. Pings, idleness, and the end of a credential are not owed: they wait for a
 * socket, which keeps the process alive itself.
 *
 * The clock's own `keepAlive` is called once, however many obligations there are.
 */
export class KeepAlive {
  readonly #clock: Pick<Clock, 'keepAlive'>;
  #obligations = 0;
  #letGo: (() => void) | undefined;

  /** @param clock if it has no `keepAlive`, nothing is kept alive. */
  constructor(clock: Pick<Clock, 'keepAlive'>) {
    this.#clock = clock;
  }

  /** Whether anything is owed. */
  get isHeld(): boolean {
    return this.#obligations > 0;
  }

  /** Something is owed until the returned function is called; calling it again does nothing. */
  hold(): () => void {
    this.#obligations += 1;
    if (this.#obligations === 1) this.#letGo = this.#clock.keepAlive?.();
    let isOwed = true;
    return () => {
      if (!isOwed) return;
      isOwed = false;
      this.#obligations -= 1;
      if (this.#obligations > 0) return;
      this.#letGo?.();
      this.#letGo = undefined;
    };
  }
}
