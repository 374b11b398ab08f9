import type { ConnectionEvent } from '../../machines/connection-machine.js';
import type { CloseReport } from '../../transport/close-report.js';
import type { Alarm } from '../time/alarm.js';
import type { CloseCause } from './ending.js';
import type { LingeringHandler } from './handler-run.js';
import type { Interruption } from './interruption.js';
import type { Membership } from './membership.js';
import type { OpenDeadlines } from './open-deadlines.js';
import type { Burst, Writability } from './outbound.js';

/** A promise of the report, for those who asked for it. */
interface Closed {
  readonly promise: Promise<CloseReport>;
  readonly resolve: (report: CloseReport) => void;
}

/**
 * What most connections never need, or only when they end: together in one object that is made on demand, since an idle
 * connection should cost no more than its socket does.
 */
export class LazyParts {
  /** Of a dialed connection. */
  epoch: number | undefined;
  /** Events that came while the machine was at a step. */
  mail: ConnectionEvent[] | undefined;
  /** Whether the handler is to be started once the machine's step is done. */
  isOpening = false;
  /** Whether the handler is to be interrupted once it has dealt with all frames. */
  interruptsOnceRead = false;
  /** The deadline of the present state. */
  deadline: Alarm | undefined;
  /** What began the ending. */
  closeCause: CloseCause | undefined;
  /** When the ending began, monotonic ms. */
  endingSince: number | undefined;
  report: CloseReport | undefined;
  handlerError: { readonly error: unknown } | undefined;
  lingeringHandler: LingeringHandler | undefined;
  interruption: Interruption | undefined;
  openDeadlines: OpenDeadlines | undefined;
  drainAnnouncement: AbortController | undefined;
  /** Groups and the like that it is in. */
  groups: Set<Membership> | undefined;
  writability: Writability | undefined;
  burst: Burst | undefined;
  #closed: Closed | undefined;

  /** The report, or a promise of it. */
  get closed(): Promise<CloseReport> {
    if (this.#closed === undefined) {
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
}
