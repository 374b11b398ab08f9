import type { CloseReport } from '../../transport/close-report.js';
import type { Wire } from '../../transport/transport.js';
import type { Clock } from '../api/clock.js';
import type { ConnectionRequest } from '../api/connection-request.js';
import type { SupervisorEvent } from '../api/events.js';
import type { Handler } from '../api/handler.js';
import type { Limits, Liveness } from '../api/limits.js';
import type { Followers } from '../reporting/followers.js';
import type { Wheel } from '../time/wheel.js';
import type { ConnectionActor } from './connection-actor.js';
import type { Holdings } from './holdings.js';
import type { Tap } from './tap.js';

/** Counts of frames and bytes over all connections of a supervisor, ended ones included. */
export interface Totals {
  framesIn: number;
  framesOut: number;
  bytesIn: number;
  bytesOut: number;
  /** Messages that the slow-peer policy did not take; they are not among `framesOut`. */
  framesDropped: number;
  /** How often reading was paused because a peer had sent as much as it may in a second. */
  throttled: number;
}

/** What a supervisor provides to each of its connections. */
export interface Services {
  readonly clock: Clock;
  /** Returns a number from 0 to below 1. */
  readonly random: () => number;
  readonly wheel: Wheel;
  readonly totals: Totals;
  /** What all connections hold together. */
  readonly holdings: Holdings;
  /** The observers of machines. */
  readonly tap: Tap;
  /** Who follows opening handshakes. */
  readonly followers: Followers;
  /** Whether anybody is subscribed to these events. If not, none are made. */
  wants(type: SupervisorEvent['type']): boolean;
  publish(event: SupervisorEvent): void;
  /** Counts a connection whose state, as users see it, has changed. */
  stateChanged(
    role: 'accepted' | 'dialed',
    from: 'connecting' | 'open' | 'closing' | undefined,
    to: 'connecting' | 'open' | 'closing' | undefined,
  ): void;
  handlerLingers(by: 1 | -1): void;
}

/** The listener or dialer that a connection belongs to, with what all its connections have in common. */
export interface ConnectionParent {
  readonly childId: string;
  readonly limits: Limits;
  readonly liveness: Liveness | false;
  readonly handler: Handler<unknown>;
  /** Whether others than the handler read the frames, also those that are left at the end. Default `false`. */
  readonly isReadElsewhere?: boolean;
  readonly services: Services;
  /** A connection is open; its handler starts after this call. */
  connectionOpened(connection: ConnectionActor): void;
  /** The handler of an open connection says that it is ready. Default: nothing waits for that. */
  connectionReady?(connection: ConnectionActor): void;
  /** A connection is open no more, and has the cause of that. Must not throw. Default: nothing waits for that. */
  connectionEnding?(connection: ConnectionActor): void;
  /** A connection's socket is gone, and its report is made. */
  connectionEnded(connection: ConnectionActor, report: CloseReport): void;
}

/** What a connection is made from. */
export interface ConnectionParts {
  readonly id: string;
  readonly parent: ConnectionParent;
  readonly role: 'accepted' | 'dialed';
  /** Absent while a dial's URL and header fields are still being asked for. */
  readonly wire?: Wire | undefined;
  readonly epoch?: number | undefined;
  readonly request?: ConnectionRequest | undefined;
  readonly data?: unknown;
  readonly identity?: string | undefined;
}
