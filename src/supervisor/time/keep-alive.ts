import type { Clock } from '../api/clock.js';

/**
 * What is owed keeps the process alive: a dialer until it has exited, a wait until its deadline, a drain until its
 * account is given, a stop until it is done. Watching does not: Pings, idleness, and the end of a credential wait for a
 * socket, which keeps the process alive itself.
 *
 * However many obligations there are, the clock is asked for one hold.
 */
export class KeepAlive {
  readonly #clock: Pick<Clock, 'keepAlive'>;
  #obligations = 0;
  #letGo: (() => void) | undefined;

  /** @param clock one without `keepAlive` holds nothing. */
  constructor(clock: Pick<Clock, 'keepAlive'>) {
    this.#clock = clock;
  }

  /** Whether anything is owed. */
  get isHeld(): boolean {
    return this.#obligations > 0;
  }

  /** Something is owed, until the function that this gives is called; a second call of it does nothing. */
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
