import { closeCauseOf, reportOf } from '../../machines/ending.js';
import type { WireEnd } from '../../transport/wire-fact.js';
import { noCloseReceived } from './close-notice.js';
import type { ConnectionActor } from './connection-actor.js';
import { interrupt } from './handler-signals.js';
import { LingeringHandler } from './lingering-handler.js';
import { stopLiveness } from './liveness.js';

/** Ends a connection whose socket is gone: releases its deadlines and publishes its one close report. */
export function finish(connection: ConnectionActor, end: WireEnd): void {
  const { id, wire, lazy, parent } = connection;
  if (lazy.report !== undefined) return;
  const { services, limits, childId } = parent;
  lazy.disarmDeadline();
  lazy.throttle?.end();
  stopLiveness(connection);
  if (wire === undefined) connection.inbox.end();
  const report = reportOf(lazy.closeCause ?? closeCauseOf('connecting', { type: 'wire.closed', end }), end, {
    outcome: connection.state === 'closed' ? 'closed' : 'failed',
    connectionId: id,
    childId,
    epoch: connection.epoch,
    role: connection.role,
    remoteAddress: connection.remoteAddress,
    wire,
    openedNow: connection.openedNow,
    endedAt: services.clock.wallNow(),
    now: services.clock.now(),
    localStallMs: Math.round(services.wheel.stalledMs - connection.stalledBefore),
    handlerError: lazy.handlerError,
  });
  lazy.report = report;
  if (connection.isHandlerRunning) {
    lazy.lingeringHandler = new LingeringHandler(id, services);
    // The peer's Close spares a handler that is at work on a message, but not for ever.
    if (!connection.inbox.isRead) {
      lazy.armDeadline(services.wheel, limits.closeWithinMs, () => interrupt(connection));
    }
  }
  if (services.tap.isObserved) services.tap.ended(services.tap.ofConnection(connection), report);
  lazy.publish(report);
  lazy.controlFrames?.complete();
  noCloseReceived(connection);
  parent.connectionEnded(connection, report);
}
