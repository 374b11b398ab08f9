import type { Diversion, Diverted } from '../../transport/transport.js';
import type { SupervisorEvent } from '../api/events.js';
import type { Failure } from './fault.js';
import { pathOf } from './request-target.js';

type EventOf<Type extends SupervisorEvent['type']> = Extract<SupervisorEvent, { readonly type: Type }>;

/** A client was answered with an HTTP error, or has gone. */
export function refusedEvent(
  childId: string,
  request: Diverted,
  refusal: Failure & { readonly status: number; readonly why: string },
): EventOf<'handshake.refused'> {
  return withTarget({ type: 'handshake.refused', childId, ...refusal }, request);
}

/**
 * Other code has taken a client's socket.
 *
 * @param diversion what was done with it.
 * @param waitedMs how long it had waited for `authenticate`, if it did.
 */
export function takenEvent(
  childId: string,
  request: Diverted,
  { how, isReleased }: Pick<Extract<Diversion, { readonly kind: 'taken' }>, 'how' | 'isReleased'>,
  waitedMs: number | undefined,
): EventOf<'handshake.taken'> {
  // What was let go on purpose was not cut.
  const isCut = waitedMs !== undefined && isReleased !== true;
  const waited = isCut ? { how: `${how} ${CUT}`, waitedMs } : { how };
  return withTarget({ type: 'handshake.taken', childId, ...waited }, request);
}

/** Why other code ends a socket that it has left alone at first. */
const CUT =
  'while it waited for authenticate; socket.io does that to upgrades that it does not know, by default after 1 s: ' +
  'set its option destroyUpgradeTimeout above the limit authenticateWithinMs';

/** An event with what its request asked for. The query may hold a credential, so it is not printed with the event. */
function withTarget<T extends object>(event: T, { url = '', remoteAddress }: Diverted) {
  const target = { path: pathOf(url), url, remoteAddress };
  return Object.defineProperty({ ...event, ...target }, 'url', { enumerable: false });
}
