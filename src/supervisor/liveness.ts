import type { Wire } from '../transport/transport.js';
import { ConnectionBase } from './connection-base.js';
import type { WheelSlot, WheelTask } from './wheel.js';

/**
 * A connection's pulse, which finds half-open sockets (RFC 6455 section 5.5.2): pings a peer that was quiet, and says
 * that it is lost when nothing at all came from it in time. Silence that may be our own doing does not count: a paused
 * socket is not read, and after a stall of this process the answer may lie in the kernel unread.
 *
 * It is a layer of the connection and no object beside it, since each has one.
 */
export abstract class Pulsing extends ConnectionBase implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  /** When the Ping went out that awaits an answer, in whole monotonic ms, as `heardAt`; 0 if none does. */
  #pingedAt = 0;

  abstract livenessLost(): void;

  /** The first look comes at a random moment of the interval, so that no sweep pings everybody at once. */
  protected startPulse(random: () => number): void {
    const { liveness } = this.home;
    if (liveness !== false) this.wheel.schedule(this, liveness.pingEveryMs * random());
  }

  protected stopPulse(): void {
    this.wheel.cancel(this);
    this.#pingedAt = 0;
  }

  onDue(now: number): void {
    const { wheel, wire } = this;
    const { liveness } = this.home;
    if (wire === undefined || liveness === false) return;
    const { pingEveryMs, answerWithinMs } = liveness;
    const { heardAt, isPaused } = wire;
    // The phase is kept, whenever the peer was heard: otherwise a storm of accepts would become a storm of Pings.
    if (this.#pingedAt !== 0 && heardAt >= this.#pingedAt) {
      const nextMs = this.#pingedAt + pingEveryMs - now;
      this.#pingedAt = 0;
      wheel.schedule(this, Math.max(1, nextMs));
    } else if (this.#pingedAt === 0) {
      if (now - heardAt < pingEveryMs / 2) wheel.schedule(this, pingEveryMs);
      else this.pingPeer(wire, now, answerWithinMs);
    } else if (isPaused) {
      wheel.schedule(this, answerWithinMs);
    } else if (wheel.stalledAt > this.#pingedAt) {
      // As if the Ping had gone out after the stall.
      this.#pingedAt = Math.floor(now);
      wheel.schedule(this, answerWithinMs);
    } else {
      // What came in this very turn of the loop is read first.
      setImmediate(Pulsing.#judge, this);
    }
  }

  private pingPeer(wire: Wire, now: number, answerWithinMs: number): void {
    this.#pingedAt = Math.floor(now);
    wire.ping();
    this.wheel.schedule(this, answerWithinMs);
  }

  static #judge(connection: Pulsing): void {
    if (connection.#pingedAt === 0 || connection.wheelSlot !== undefined) return;
    if ((connection.wire?.heardAt ?? 0) >= connection.#pingedAt) connection.onDue(connection.clock.now());
    else connection.livenessLost();
  }
}
