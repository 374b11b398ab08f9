import { EndedError } from '../../transport/errors.js';
import { guardedController } from '../../transport/guarded-signal.js';
import type { ConnectionActor } from './connection-actor.js';
import { note } from './tap.js';

/*
 * The two signals that a handler is given, `signal` and `drainSignal`. An AbortController takes as much memory as a
 * tenth of a connection, so each is made when the handler first reads it; until then a flag says that it is aborted.
 */

/** What the signals need of a connection. */
export type SignalledConnection = Pick<
  ConnectionActor,
  'id' | 'lazy' | 'lazyIfMade' | 'closeCause' | 'subscriberThrew'
>;

export function signalOf(connection: SignalledConnection): AbortSignal {
  const { lazy } = connection;
  if (lazy.interruption === undefined) {
    lazy.interruption = guardedController((error) => connection.subscriberThrew(error));
    if (lazy.isInterrupted) lazy.interruption.abort(reasonOf(connection));
  }
  return lazy.interruption.signal;
}

/** Aborts `signal`, once. The reason, an error with its stack, is made only if the handler has read the signal. */
export function interrupt(connection: SignalledConnection): void {
  const { lazy } = connection;
  if (lazy.isInterrupted) return;
  lazy.isInterrupted = true;
  lazy.interruption?.abort(reasonOf(connection));
}

export function drainSignalOf(connection: SignalledConnection): AbortSignal {
  const { lazy } = connection;
  if (lazy.drainAnnouncement === undefined) {
    lazy.drainAnnouncement = guardedController((error) => connection.subscriberThrew(error));
    if (lazy.isDrainAnnounced) lazy.drainAnnouncement.abort();
  }
  return lazy.drainAnnouncement.signal;
}

/** Aborts `drainSignal`, once. */
export function announceDrain(connection: ConnectionActor): void {
  const { lazy } = connection;
  if (!lazy.isDrainAnnounced) note(connection, { type: 'drain.announced' });
  lazy.isDrainAnnounced = true;
  lazy.drainAnnouncement?.abort();
}

/** Whether the handler has read `drainSignal` and no drain has been announced. */
export function awaitsDrain({ lazyIfMade }: SignalledConnection): boolean {
  return lazyIfMade?.drainAnnouncement?.signal.aborted === false;
}

function reasonOf({ id, closeCause }: SignalledConnection): EndedError {
  return new EndedError(`connection ${id} has ended: ${closeCause?.trigger ?? 'its socket is gone'}.`);
}
