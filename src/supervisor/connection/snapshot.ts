import type { ConnectionSnapshot } from '../api/connection.js';
import type { ConnectionActor } from './connection-actor.js';

/** What a snapshot shows of a connection. */
export type ShownConnection = Pick<
  ConnectionActor,
  | 'id'
  | 'childId'
  | 'epoch'
  | 'role'
  | 'state'
  | 'protocol'
  | 'remoteAddress'
  | 'bufferedBytes'
  | 'wire'
  | 'openedNow'
  | 'clock'
>;

/** Returns the plain facts of a connection. */
export function snapshotOf(connection: ShownConnection): ConnectionSnapshot {
  const { id, childId, epoch, role, state, protocol, remoteAddress, bufferedBytes, wire } = connection;
  return {
    id,
    childId,
    epoch,
    role,
    state,
    protocol,
    remoteAddress,
    openedAt: openedAtOf(connection),
    framesIn: wire?.framesIn ?? 0,
    framesOut: wire?.framesOut ?? 0,
    bytesIn: wire?.bytesIn ?? 0,
    bytesOut: wire?.bytesOut ?? 0,
    bufferedBytes,
  };
}

/** Unix ms, by the wall clock as it is set now; `undefined` before the connection opened. */
function openedAtOf({ openedNow, clock }: ShownConnection): number | undefined {
  return openedNow === undefined ? undefined : Math.round(clock.wallNow() - (clock.now() - openedNow));
}
