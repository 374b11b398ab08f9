import type { Wire } from '../transport/transport.js';
import type { Clock } from './clock.js';
import type { Liveness } from './limits.js';
import type { Wheel, WheelSlot, WheelTask } from './wheel.js';

/** What a pulse looks at, and tells. It keeps no references of its own to these: there is a pulse for every connection. */
export interface PulseOwner {
  readonly pulseWire: Wire;
  readonly pulseSettings: Liveness;
  readonly wheel: Wheel;
  readonly clock: Clock;
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
  /** When the Ping went out that awaits an answer; 0 if none does. */
  #pingedAt = 0;
  #stalledMs = 0;

  constructor(owner: PulseOwner) {
    this.#owner = owner;
  }

  /** The first look comes at a random moment of the interval, so that no sweep pings everybody at once. */
  start(random: () => number): void {
    this.#owner.wheel.schedule(this, this.#owner.pulseSettings.pingEveryMs * random());
  }

  stop(): void {
    this.#owner.wheel.cancel(this);
    this.#pingedAt = 0;
  }

  onDue(now: number): void {
    const { wheel, pulseWire, pulseSettings } = this.#owner;
    const { pingEveryMs, answerWithinMs } = pulseSettings;
    const { heardAt, isPaused } = pulseWire;
    // The phase is kept, whenever the peer was heard: otherwise a storm of accepts would become a storm of Pings.
    if (this.#pingedAt !== 0 && heardAt >= this.#pingedAt) {
      const nextMs = this.#pingedAt + pingEveryMs - now;
      this.#pingedAt = 0;
      wheel.schedule(this, Math.max(1, nextMs));
    } else if (this.#pingedAt === 0) {
      if (now - heardAt < pingEveryMs / 2) wheel.schedule(this, pingEveryMs);
      else this.#ping(now);
    } else if (isPaused || wheel.stalledMs > this.#stalledMs) {
      this.#stalledMs = wheel.stalledMs;
      wheel.schedule(this, answerWithinMs);
    } else {
      // What came in this very turn of the loop is read first.
      setImmediate(Pulse.#judge, this);
    }
  }

  #ping(now: number): void {
    const { wheel, pulseWire, pulseSettings } = this.#owner;
    this.#pingedAt = now;
    this.#stalledMs = wheel.stalledMs;
    pulseWire.ping();
    wheel.schedule(this, pulseSettings.answerWithinMs);
  }

  static #judge(pulse: Pulse): void {
    if (pulse.#pingedAt === 0 || pulse.wheelSlot !== undefined) return;
    const owner = pulse.#owner;
    if (owner.pulseWire.heardAt >= pulse.#pingedAt) pulse.onDue(owner.clock.now());
    else owner.livenessLost();
  }
}
