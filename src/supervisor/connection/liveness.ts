import type { Wire } from '../../transport/transport.js';
import type { Liveness } from '../api/limits.js';
import type { WheelSlot, WheelTask } from '../time/wheel.js';
import { msLeft, pingAfterMs } from './answer-window.js';
import { ConnectionBase } from './connection-base.js';

/** Turns of the event loop in which what has come is read, before a peer is judged. */
const TURNS_TO_READ = 2;

/** A Ping that awaits its answer. */
class Probe {
  /** When it was sent, or something last excused its peer; in whole monotonic ms, as `heardAt`. */
  at: number;
  /** When the latest Ping was sent, if the first was not answered. */
  latestAt: number;
  /** When it was looked at last. */
  lookedAt: number;
  /** How many bytes had left by then, of which others waited behind; -1 if none waited. */
  leftBytes = -1;

  constructor(at: number) {
    this.at = this.latestAt = this.lookedAt = at;
  }
}

/**
 * A connection's pulse, which finds half-open sockets (RFC 6455 section 5.5.2): pings the peer, whether it is quiet or
 * not, since one that talks may have ceased to read; and says that it is lost when it answers nothing in time. Silence
 * that may be our own doing does not count: a paused socket is not read, what waits before the Ping has to be read
 * first, and after a stall of this process the answer may lie in the kernel unread.
 *
 * It is a layer of the connection and no object beside it, since each has one.
 */
export abstract class Pulsing extends ConnectionBase implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  #probe: Probe | undefined;

  abstract livenessLost(): void;

  /**
   * The first Ping comes at a random moment of the second half of the interval: the peer was heard just now, and no
   * sweep pings everybody at once.
   */
  protected startPulse(random: () => number): void {
    const { liveness } = this.parent;
    if (liveness !== false) this.wheel.schedule(this, pingAfterMs(liveness) * (0.5 + random() / 2));
  }

  protected stopPulse(): void {
    this.wheel.cancel(this);
    this.#probe = undefined;
  }

  onDue(now: number): void {
    const { wire } = this;
    const { liveness } = this.parent;
    if (wire === undefined || liveness === false) return;
    const probe = this.#probe;
    if (probe === undefined) this.pingPeer(wire, now, liveness);
    else if (wire.awaitsPong) setImmediate(Pulsing.#lookAfter, this, probe, TURNS_TO_READ - 1);
    else this.answered(probe, now, liveness);
  }

  private pingPeer(wire: Wire, now: number, liveness: Liveness): void {
    const probe = new Probe(Math.floor(now));
    this.#probe = probe;
    // What still waits when this turn has written what it sent waits for the peer.
    if (wire.bufferedBytes > 0) setImmediate(Pulsing.#noteBacklog, wire, probe);
    wire.ping();
    this.wheel.schedule(this, Math.min(liveness.answerWithinMs, pingAfterMs(liveness)));
  }

  /** The phase is kept, whenever the answer came: otherwise a storm of accepts would become a storm of Pings. */
  private answered({ latestAt }: Probe, now: number, liveness: Liveness): void {
    this.#probe = undefined;
    this.wheel.schedule(this, Math.max(1, latestAt + pingAfterMs(liveness) - now));
  }

  static #noteBacklog(wire: Wire, probe: Probe): void {
    probe.leftBytes = wire.bufferedBytes === 0 ? -1 : wire.bytesOut - wire.bufferedBytes;
  }

  static #lookAfter(connection: Pulsing, probe: Probe, turns: number): void {
    if (connection.#probe !== probe) return;
    if (turns > 0) setImmediate(Pulsing.#lookAfter, connection, probe, turns - 1);
    else connection.look(probe);
  }

  /** Looks at a Ping that had no answer when its deadline fell; what came by then has been read. */
  private look(probe: Probe): void {
    const { wire, wheel } = this;
    const { liveness } = this.parent;
    if (wire === undefined || liveness === false) return;
    const now = this.clock.now();
    if (!wire.awaitsPong) {
      this.answered(probe, now, liveness);
      return;
    }
    const { answerWithinMs } = liveness;
    if (isExcused(wire, probe)) probe.at = Math.floor(now);
    const leftMs = msLeft(
      {
        sinceMs: now - probe.at,
        stalls: wheel.stallsSince(probe.at),
        isHeard: wire.heardAt >= probe.at,
        unprovenBytes: wire.unprovenBytes,
      },
      liveness,
    );
    if (leftMs === 0) {
      this.#probe = undefined;
      this.livenessLost();
      return;
    }
    const pingInMs = probe.latestAt + pingAfterMs(liveness) - now;
    // One that talks has its second Ping.
    if (pingInMs <= 0 && wire.heardAt >= probe.at) {
      wire.ping();
      probe.latestAt = Math.floor(now);
    }
    probe.lookedAt = Math.floor(now);
    Pulsing.#noteBacklog(wire, probe);
    wheel.schedule(this, Math.min(leftMs, answerWithinMs, pingInMs > 0 ? pingInMs : Number.POSITIVE_INFINITY));
  }
}

/**
 * Whether a peer cannot have answered, or shows life in another way: we do not read, it takes bytes that had waited for
 * it, or it is in the midst of a frame, where no Pong can come.
 */
function isExcused(wire: Wire, { leftBytes, lookedAt }: Probe): boolean {
  if (wire.isPaused) return true;
  if (leftBytes >= 0 && wire.bytesOut - wire.bufferedBytes > leftBytes) return true;
  return wire.isReceiving && wire.heardAt > lookedAt;
}
