import type { ConnectionEvent, connectionMachine } from '../../machines/connection-machine.js';
import { causeAfter, keptError } from '../../machines/ending.js';
import { createRunner, type Runner } from '../../machines/run.js';
import { tableStepper } from '../../machines/step-table.js';
import { connectionSteps } from '../../machines/steps.js';
import type { Wire } from '../../transport/transport.js';
import type { ConnectionState } from '../api/connection.js';
import { closeReceived } from './close-notice.js';
import type { ConnectionActor } from './connection-actor.js';
import { finish } from './finishing.js';
import { startHandler } from './handler-run.js';
import { interrupt } from './handler-signals.js';
import { leaveAllGroups } from './joined-groups.js';
import { startLiveness } from './liveness.js';
import { openDeadlinesOf } from './open-deadlines.js';
import { readOn } from './reading.js';

/** Runs the connection machine for all connections: gives each of its effects a meaning. */
export const connectionRunner: Runner<ConnectionActor, typeof connectionMachine> = createRunner({
  stepper: tableStepper(connectionSteps),
  effects: {
    armOpenDeadline: (connection) =>
      armDeadline(connection, connection.parent.limits.openWithinMs, { type: 'deadline.open' }),
    armCloseDeadline: (connection) =>
      armDeadline(connection, connection.parent.limits.closeWithinMs, { type: 'deadline.close' }),
    disarmDeadline: (connection) => connection.lazyIfMade?.disarmDeadline(),
    // The handler may call the connection in its first turn already: it starts when this step is done, in `dispatch`.
    startHandler: (connection) => {
      connection.lazy.isOpening = true;
    },
    interruptHandler: (connection) => interrupt(connection),
    interruptHandlerOnceRead: (connection) => {
      connection.lazy.interruptsOnceRead = true;
      connection.allRead();
    },
    keepHandlerError: ({ lazy }, event) => {
      lazy.handlerError = keptError(lazy.handlerError, event);
    },
    sendClose,
    echoClose: sendClose,
    callOff: dropWire,
    dropWire,
    endWire: ({ wire, parent, lazy }) => {
      wire?.end();
      // The peer may neither read what explains the end to it nor ever end its side.
      lazy.armDeadline(parent.services.wheel, parent.limits.closeWithinMs, () => wire?.terminate());
    },
  },
  moved: (connection, from, to, event) => moved(connection, from.name, to.name, event),
  stepped(connection, event, from, to, names) {
    const { tap } = connection.parent.services;
    // A handler that outlives its connection ends without a step.
    if (tap.isObserved && connection.report === undefined)
      tap.stepped(tap.ofConnection(connection), event, from, to, names);
  },
  // The machine decides how a connection ends. In some endings the socket is gone only later, when the machine takes no
  // more events, and the report is published then: so this is no effect of the machine.
  taken: (connection, event) => {
    if (event.type === 'wire.closing') closeReceived(connection, event.received);
    if (event.type === 'wire.closed') finish(connection, event.end);
  },
});

export const CONNECTING = connectionRunner.initial;
export const OPEN = connectionRunner.at('open');

/** Gives an event to a connection's machine, and starts the handler if it has opened the connection. */
export function dispatch(connection: ConnectionActor, event: ConnectionEvent): void {
  connectionRunner.dispatch(connection, event);
  const { lazyIfMade } = connection;
  if (lazyIfMade === undefined || !lazyIfMade.isOpening || connection.isStepping) return;
  lazyIfMade.isOpening = false;
  opened(connection);
}

/** The connection is open: starts its liveness, its deadlines, and its handler. */
export function opened(connection: ConnectionActor): void {
  const { wire, parent } = connection;
  connection.openedNow = Math.floor(parent.services.clock.now());
  if (wire !== undefined) startLiveness(connection, parent.services.random);
  if (wire !== undefined) watchFrames(connection, wire);
  if (!parent.services.followers.isIdle) parent.services.followers.opened(connection);
  parent.connectionOpened(connection);
  // A subscriber of that event may have closed it.
  if (connection.isOpen) startHandler(connection);
}

function watchFrames(connection: ConnectionActor, wire: Wire): void {
  const { idleWithinMs, quietWithinMs } = connection.parent.limits;
  const heartbeat = connection.lazyIfMade?.heartbeat;
  if (idleWithinMs !== Number.POSITIVE_INFINITY)
    openDeadlinesOf(connection).watchIdleness(wire, idleWithinMs, heartbeat);
  if (quietWithinMs !== Number.POSITIVE_INFINITY)
    openDeadlinesOf(connection).watchQuiet(wire, quietWithinMs, heartbeat);
}

/** Ends a dial that never came to a wire. */
export function failDial(connection: ConnectionActor, cause: Error): void {
  connection.dispatch({
    type: 'wire.closed',
    end: { kind: 'dial-failed', cause, unconfirmed: { frames: 0, bytes: 0 } },
  });
}

function moved(connection: ConnectionActor, from: ConnectionState, to: ConnectionState, event: ConnectionEvent): void {
  const before = liveStateOf(from);
  const after = liveStateOf(to);
  const { services } = connection.parent;
  if (before !== after) services.stateChanged(connection.role, before, after);
  if (after === 'open' || before === undefined) return;
  const { lazy } = connection;
  lazy.closeCause = causeAfter(lazy.closeCause, from, to, event);
  if (before !== 'closing') lazy.endingSince = services.clock.now();
  if (before === 'open') leaveOpen(connection);
}

/** It takes no more sends, is a member of no group, and has no deadlines but that of its close. */
function leaveOpen(connection: ConnectionActor): void {
  const { inbox, lazy } = connection;
  inbox.closing();
  readOn(connection);
  lazy.openDeadlines?.end();
  lazy.throttle?.closing();
  leaveAllGroups(connection);
  lazy.writability?.release();
  connection.parent.connectionEnding?.(connection);
}

function armDeadline(connection: ConnectionActor, withinMs: number, event: ConnectionEvent): void {
  connection.lazy.armDeadline(connection.parent.services.wheel, withinMs, () => connection.dispatch(event));
}

function sendClose({ wire, closeCause }: ConnectionActor): void {
  wire?.close(closeCause?.code ?? 1000, closeCause?.reason ?? '');
}

function dropWire(connection: ConnectionActor): void {
  if (connection.wire !== undefined) connection.wire.terminate();
  else {
    const cause = new Error('the dial ended before its opening handshake began');
    queueMicrotask(() => failDial(connection, cause));
  }
}

/** A state that is counted among those of live connections; `undefined` for the final ones. */
function liveStateOf(state: ConnectionState): 'connecting' | 'open' | 'closing' | undefined {
  return state === 'closed' || state === 'failed' ? undefined : state;
}
