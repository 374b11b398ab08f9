import type { ConnectionEvent } from '../../machines/connection-machine.js';
import type { CloseCause } from '../../machines/ending.js';
import type { CloseFrame, CloseReport } from '../../transport/close-report.js';
import type { Deferred } from '../time/deferred.js';
import { onceRead } from '../time/once-read.js';
import { Timer } from '../time/timer.js';
import type { Wheel } from '../time/wheel.js';
import type { ControlRelay } from './control-frames.js';
import type { Heartbeat } from './heartbeat.js';
import type { LingeringHandler } from './lingering-handler.js';
import type { Membership } from './membership.js';
import type { OpenDeadlines } from './open-deadlines.js';
import type { Burst, Writability } from './outbound.js';
import type { Throttle } from './throttle.js';

/** A promise of the report, for those who have asked for it. */
interface Closed {
  readonly promise: Promise<CloseReport>;
  readonly resolve: (report: CloseReport) => void;
}

/**
 * What most connections never need, or need only when they end. It is one object, made on first use, because an idle
 * connection should cost no more memory than its socket does.
 */
export class LazyParts {
  /** The epoch of a dialed connection. */
  epoch: number | undefined;
  /** Who the client is, as `authenticate` has granted it. */
  identity: string | undefined;
  /** Events that came while the machine was taking another one. */
  mail: ConnectionEvent[] | undefined;
  /** Whether the connection has opened in this step: its handler starts when the step is done. */
  isOpening = false;
  /** Whether the handler is to be interrupted once it has dealt with all frames. */
  interruptsOnceRead = false;
  isInterrupted = false;
  isDrainAnnounced = false;
  /** The controller of `signal`. */
  interruption: AbortController | undefined;
  /** The controller of `drainSignal`. */
  drainAnnouncement: AbortController | undefined;
  closeCause: CloseCause | undefined;
  /** When the close began, monotonic ms. */
  endingSince: number | undefined;
  report: CloseReport | undefined;
  handlerError: { readonly error: unknown } | undefined;
  lingeringHandler: LingeringHandler | undefined;
  openDeadlines: OpenDeadlines | undefined;
  /** Where the peer is pinged by messages. */
  heartbeat: Heartbeat | undefined;
  throttle: Throttle | undefined;
  /** Whether the socket is paused because frames wait for the handler. */
  isHeld = false;
  /** Whether the user has paused the reading. */
  isPaused = false;
  /** The peer's Close. */
  received: CloseFrame | undefined;
  closeNotice: Deferred<CloseFrame | undefined> | undefined;
  controlFrames: ControlRelay | undefined;
  groups: Set<Membership> | undefined;
  writability: Writability | undefined;
  burst: Burst | undefined;
  #deadline: Timer | undefined;
  #closed: Closed | undefined;

  /** The report, or a promise of it. */
  get closed(): Promise<CloseReport> {
    if (this.#closed === undefined) {
      // Not `deferred`: nearly every connection has one of these, and would keep a `reject` that is never called.
      let resolve: Closed['resolve'] = () => {};
      const promise = new Promise<CloseReport>((settle) => {
        resolve = settle;
      });
      this.#closed = { promise, resolve };
      if (this.report !== undefined) resolve(this.report);
    }
    return this.#closed.promise;
  }

  /** Hands the report to those who wait for it. */
  publish(report: CloseReport): void {
    this.#closed?.resolve(report);
  }

  /**
   * Sets the deadline of the present state, in place of the one before. If this process has stalled meanwhile, what the
   * deadline waits for may lie in the kernel unread: that is read first.
   */
  armDeadline(wheel: Wheel, withinMs: number, onPassed: () => void): void {
    this.disarmDeadline();
    const { stalledMs } = wheel;
    const deadline = new Timer(wheel, () => {
      if (wheel.stalledMs === stalledMs) onPassed();
      else onceRead(() => this.#deadline === deadline && onPassed());
    });
    this.#deadline = deadline;
    deadline.set(withinMs);
  }

  disarmDeadline(): void {
    this.#deadline?.clear();
    this.#deadline = undefined;
  }
}
