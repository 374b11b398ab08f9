import type { DialerEvent } from '../../machines/dialer-machine.js';
import type { CloseReport } from '../../transport/close-report.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import { priorityAfter } from './dial-priority.js';
import type { Attempted, DialerConnections } from './dialer-connections.js';
import type { DialerParts } from './dialer-parts.js';
import type { DialSettings } from './resolve-dial.js';
import { closeAskedBy } from './resolve-redial.js';
import type { RunHistory } from './run-history.js';

/** Makes the attempts of one run of a dialer, in an overlap beside the connection that is up. */
export class RunAttempts {
  /** The Close of the connection before, when an overlap has come to its end. */
  overlapClose = closeAskedBy(undefined);
  readonly #own: DialSettings;
  readonly #parts: DialerParts;
  readonly #history: RunHistory;
  readonly #connections: DialerConnections;
  /** Of the attempt under way, with the URL of a redial. */
  #settings: DialSettings;

  constructor(settings: DialSettings, parts: DialerParts, history: RunHistory, connections: DialerConnections) {
    this.#own = settings;
    this.#settings = settings;
    this.#parts = parts;
    this.#history = history;
    this.#connections = connections;
  }

  /** Asks for a turn for the next attempt, unless an attempt is under way that has lost the connection beside it. */
  request(event: DialerEvent | undefined, isBeside: boolean): void {
    const { attempts, dialer, note } = this.#parts;
    if (!isBeside && (attempts.isQueued || this.#connections.present !== undefined)) {
      this.showDialing();
      return;
    }
    if (!isBeside || event?.type !== 'deadline.backoff') this.#aim(event, isBeside);
    const isReturning = isBeside || this.#connections.replaced.size > 0;
    attempts.request(
      this.#settings,
      isReturning ? 'returning' : priorityAfter(this.#history.report ?? dialer.lastReport),
    );
    if (!attempts.isQueued) return;
    note({ type: 'dial.queued' });
    if (!isBeside) this.showDialing();
  }

  /** The attempt has its turn. */
  begin(isBeside: boolean): void {
    const { attempts, board, note, registry } = this.#parts;
    const { attempt } = this.#history;
    if (!isBeside && (board.status.type !== 'dialing' || board.status.queued === true))
      board.set({ type: 'dialing', attempt });
    // A connection that is being replaced makes room for this one.
    const hasRoom = isBeside || this.#connections.replaced.size > 0 || registry.hasRoom();
    const connection = attempts.begin(attempt, isBeside);
    this.#connections.begin(connection, isBeside);
    note({ type: 'dial.begun', attempt, connectionId: connection.id });
    void attempts.open(connection, { settings: this.#settings, attempt, hasRoom });
  }

  /** An attempt has failed, or its connection has ended. */
  ended(attempted: Attempted, report: CloseReport): void {
    const { attempts } = this.#parts;
    if (attempted.upSince === undefined) attempts.release();
    this.#history.ended(attempted, report);
    attempts.ended(attempted === this.#connections.next);
    this.#connections.ended(attempted);
  }

  /** The present connection gives up its place, to the attempt beside it if there is one. Returns it. */
  leave(): ConnectionActor | undefined {
    const { present } = this.#connections;
    if (present === undefined) return undefined;
    this.#history.replaced(present);
    this.#connections.retirePresent();
    this.#parts.attempts.ended(false);
    return present.connection;
  }

  /** Gives up the attempt beside the connection that is up: its place at the dial limit is free at once. */
  callOffNext(): ConnectionActor | undefined {
    const { attempts } = this.#parts;
    attempts.release();
    attempts.ended(true);
    return this.#connections.retireNext();
  }

  /** Sets the status of a dialer whose attempt is under way. */
  showDialing(): void {
    const { attempts, board } = this.#parts;
    const queued = attempts.isQueued ? ({ queued: true } as const) : {};
    const opened = this.#connections.present?.connection.isOpen === true ? ({ opened: true } as const) : {};
    board.set({ type: 'dialing', attempt: this.#history.attempt, ...queued, ...opened });
  }

  /** The URL of a redial holds for its one attempt, or for all attempts of its overlap. */
  #aim(event: DialerEvent | undefined, isBeside: boolean): void {
    const url = event?.type === 'redial' || event?.type === 'overlap' ? event.url : undefined;
    this.#settings = url === undefined ? this.#own : { ...this.#own, url };
    if (!isBeside) return;
    this.overlapClose = closeAskedBy(event);
    this.#history.beginOverlap(this.#connections.present);
  }
}
