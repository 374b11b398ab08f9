import type { CloseFrame } from '../../transport/close-report.js';
import { deferred } from '../time/deferred.js';
import type { ConnectionActor } from './connection-actor.js';

/** A promise of the peer's Close, made when somebody asks for it. */
export function closeReceivedOf({ lazy, report }: ConnectionActor): Promise<CloseFrame | undefined> {
  if (lazy.closeNotice === undefined) {
    lazy.closeNotice = deferred();
    if (lazy.received !== undefined || report !== undefined) lazy.closeNotice.resolve(lazy.received);
  }
  return lazy.closeNotice.promise;
}

/** The peer's Close has come. */
export function closeReceived({ lazy }: Pick<ConnectionActor, 'lazy'>, received: CloseFrame): void {
  lazy.received = received;
  lazy.closeNotice?.resolve(received);
}

/** The connection has ended, perhaps without a Close of the peer. */
export function noCloseReceived({ lazyIfMade }: Pick<ConnectionActor, 'lazyIfMade'>): void {
  lazyIfMade?.closeNotice?.resolve(undefined);
}
