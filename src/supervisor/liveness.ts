import type { Wire } from '../transport/transport.js';
import type { Clock } from './clock.js';
import type { Liveness } from './limits.js';
import type { Wheel, WheelSlot, WheelTask } from './wheel.js';

/** What a pulse tells. */
export interface PulseOwner {
  livenessLost(): void;
}

/**
 * Finds half-open sockets (RFC 6455 section 5.5.2): pings a peer that was quiet, and says that it is lost when nothing
 * at all came from it in time. Silence that may be our own doing does not count: a paused socket is not read, and after
 * a stall of this process the answer may lie in the kernel unread.
 */
export class Pulse implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly #owner: PulseOwner;
  readonly #wire: Wire;
  readonly #liveness: Liveness;
  readonly #wheel: Wheel;
  readonly #clock: Clock;
  /** When the Ping went out that awaits an answer; 0 if none does. */
  #pingedAt = 0;
  #stalledMs = 0;

  constructor(owner: PulseOwner, wire: Wire, liveness: Liveness, wheel: Wheel, clock: Clock) {
    this.#owner = owner;
    this.#wire = wire;
    this.#liveness = liveness;
    this.#wheel = wheel;
    this.#clock = clock;
  }

  /** The first look comes at a random moment of the interval, so that no sweep pings everybody at once. */
  start(random: () => number): void {
    this.#wheel.schedule(this, this.#liveness.pingEveryMs * random());
  }

  stop(): void {
    this.#wheel.cancel(this);
    this.#pingedAt = 0;
  }

  onDue(now: number): void {
    const { pingEveryMs, answerWithinMs } = this.#liveness;
    const { heardAt, isPaused } = this.#wire;
    // The phase is kept, whenever the peer was heard: otherwise a storm of accepts would become a storm of Pings.
    if (this.#pingedAt !== 0 && heardAt >= this.#pingedAt) {
      const nextMs = this.#pingedAt + pingEveryMs - now;
      this.#pingedAt = 0;
      this.#wheel.schedule(this, Math.max(1, nextMs));
    } else if (this.#pingedAt === 0) {
      if (now - heardAt < pingEveryMs / 2) this.#wheel.schedule(this, pingEveryMs);
      else this.#ping(now);
    } else if (isPaused || this.#wheel.stalledMs > this.#stalledMs) {
      this.#stalledMs = this.#wheel.stalledMs;
      this.#wheel.schedule(this, answerWithinMs);
    } else {
      // What came in this very turn of the loop is read first.
      setImmediate(Pulse.#judge, this);
    }
  }

  #ping(now: number): void {
    this.#pingedAt = now;
    this.#stalledMs = this.#wheel.stalledMs;
    this.#wire.ping();
    this.#wheel.schedule(this, this.#liveness.answerWithinMs);
  }

  static #judge(pulse: Pulse): void {
    if (pulse.#pingedAt === 0 || pulse.wheelSlot !== undefined) return;
    if (pulse.#wire.heardAt >= pulse.#pingedAt) pulse.onDue(pulse.#clock.now());
    else pulse.#owner.livenessLost();
  }
}
