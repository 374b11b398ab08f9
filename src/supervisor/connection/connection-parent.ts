import type { CloseReport } from '../../transport/close-report.js';
import type { Clock } from '../api/clock.js';
import type { Handler } from '../api/connection.js';
import type { SupervisorEvent } from '../api/events.js';
import type { Limits, Liveness } from '../api/limits.js';
import type { Wheel } from '../time/wheel.js';
import type { ConnectionActor } from './connection-actor.js';

/** Frames of all connections of a supervisor, those that have ended included. */
export interface Totals {
  framesIn: number;
  framesOut: number;
  bytesIn: number;
  bytesOut: number;
  /** Messages that the slow-peer policy did not take; not among `framesOut`. */
  framesDropped: number;
}

/** What a supervisor gives to every connection of its. */
export interface Services {
  readonly clock: Clock;
  readonly wheel: Wheel;
  readonly totals: Totals;
  /** Whether anybody listens: events are not made for nobody. */
  readonly isObserved: boolean;
  publish(event: SupervisorEvent): void;
  /** A connection's state, as users see it, has changed. */
  stateChanged(
    from: 'connecting' | 'open' | 'closing' | undefined,
    to: 'connecting' | 'open' | 'closing' | undefined,
  ): void;
  handlerLingers(by: 1 | -1): void;
}

/** What all connections of one listener or dialer have in common, kept once. */
export interface ConnectionParent {
  readonly childId: string;
  readonly limits: Limits;
  readonly liveness: Liveness | false;
  readonly handler: Handler<unknown>;
  readonly services: Services;
  /** A connection is open; its handler has not been started yet. */
  connectionOpened(connection: ConnectionActor): void;
  /** A connection's socket is gone. */
  connectionEnded(connection: ConnectionActor, report: CloseReport): void;
}
