import { checkClose } from '../../transport/close-code.js';
import { isThenable } from '../../transport/contain.js';
import type { Connection } from '../api/connection.js';
import type { Handler, HandlerResult } from '../api/handler.js';
import type { ConnectionActor } from './connection-actor.js';
import { interrupt } from './handler-signals.js';
import { isInterruption, type LingeringHandler } from './lingering-handler.js';
import { note } from './tap.js';

/** Starts the handler of a connection that has opened. */
export function startHandler(connection: ConnectionActor): void {
  connection.isHandlerRunning = true;
  const { handler, services } = connection.parent;
  if (services.followers.isIdle) runHandler(handler, connection, connection);
  else services.followers.runHandler(connection, () => runHandler(handler, connection, connection));
}

/**
 * Runs a handler. Whatever it throws, at once or later, goes to `handlerThrew` and no further; neither of the two
 * callbacks may throw.
 *
 * Each connection has a handler, and what waits for its end lives as long as the connection: a bound method takes less
 * memory than a closure.
 */
export function runHandler(
  handler: Handler<unknown>,
  connection: Connection<unknown>,
  on: Pick<ConnectionActor, 'handlerReturned' | 'handlerThrew'>,
): void {
  try {
    const result = handler(connection);
    // A thenable of the user may answer twice, or at once and then throw: a promise stands for it.
    if (isThenable(result)) Promise.resolve(result).then(on.handlerReturned.bind(on), on.handlerThrew.bind(on));
    else on.handlerReturned(result);
  } catch (error) {
    on.handlerThrew(error);
  }
}

/** The handler has returned, at once or later: the connection closes with what it returned. */
export function handlerReturned(connection: ConnectionActor, result: HandlerResult): void {
  let close: { readonly code: number; readonly reason: string };
  try {
    close = closeOf(result, connection.role);
  } catch (error) {
    handlerThrew(connection, error);
    return;
  }
  handlerEnded(connection, {});
  const { services } = connection.parent;
  if (connection.isOpen && connection.inbox.hasSubscribers && services.wants('handler.left-subscribers')) {
    services.publish({ type: 'handler.left-subscribers', connectionId: connection.id });
  }
  dropUnwanted(connection);
  connection.dispatch({ type: 'handler.returned', ...close });
}

/** The handler has thrown, at once or later. */
export function handlerThrew(connection: ConnectionActor, error: unknown): void {
  handlerEnded(connection, { error });
  dropUnwanted(connection);
  connection.dispatch({ type: 'handler.threw', error });
}

/** Other code of the handler has thrown, perhaps after it returned: a subscriber, or a listener of its signals. */
export function subscriberThrew(connection: ConnectionActor, error: unknown): void {
  if (!connection.machineState.isFinal) connection.dispatch({ type: 'handler.threw', error });
  else if (connection.report === undefined) {
    connection.lazy.handlerError ??= { error };
    note(connection, { type: 'subscriber.threw', error });
  } else if (!isInterruption(error)) {
    connection.parent.services.publish({ type: 'handler.finished', connectionId: connection.id, error });
  }
}

/**
 * Returns the code and reason that a handler's result asks for. A handler that awaited `closed` returns a close report,
 * which asks for nothing.
 *
 * @throws {CloseFrameError} for a code or reason that may not be sent.
 */
export function closeOf(
  result: HandlerResult,
  role: 'accepted' | 'dialed',
): { readonly code: number; readonly reason: string } {
  const { code = 1000, reason = '' } =
    typeof result === 'object' && result !== null && !('outcome' in result) ? result : {};
  checkClose(code, reason, role, 'handler');
  return { code, reason };
}

/** Returns a connection's handler, if that still runs although the connection has ended. */
export function lingeringHandlerOf(connection: ConnectionActor): LingeringHandler | undefined {
  return connection.isHandlerRunning ? connection.lazyIfMade?.lingeringHandler : undefined;
}

function handlerEnded(connection: ConnectionActor, failure: { readonly error?: unknown }): void {
  connection.isHandlerRunning = false;
  note(connection, { type: 'handler.ended', threw: 'error' in failure, isOver: connection.report !== undefined });
  const { lazyIfMade, report } = connection;
  // After the end the deadline is one of the handler, which would keep the connection in memory.
  if (report !== undefined) lazyIfMade?.disarmDeadline();
  lazyIfMade?.lingeringHandler?.ended(failure);
}

/**
 * No consumer will pull any more: frames that arrive before the peer's Close are dropped. Readers elsewhere may be
 * behind; they get the frames that wait even after the end. They may also never read, so `signal` does not wait for
 * them.
 */
function dropUnwanted(connection: ConnectionActor): void {
  const { inbox, parent } = connection;
  if (inbox.hasSubscribers) return;
  if (parent.isReadElsewhere === true) interrupt(connection);
  else inbox.drop();
}
