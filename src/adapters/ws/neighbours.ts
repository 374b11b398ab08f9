import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';

/** Upgrade listeners of wirekeeper, of every entry, say by this what they want of a server that they share. */
const kWants = Symbol.for('wirekeeper.wants');

/** What they see of a request. */
type Seen = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { readonly raw: IncomingMessage };
type Upgraded = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** An upgrade listener, and, if it is one of ours, what it wants. */
export type UpgradeListener = Upgraded & { readonly [kWants]?: (request: Seen) => boolean };

/**
 * Has an upgrade listener say what it wants.
 *
 * @param wants a function of the user. What it throws is reported when the client is refused.
 */
export function wanting(
  listener: Upgraded,
  wants: (request: IncomingMessage) => boolean | Promise<boolean>,
): UpgradeListener {
  const isWanted = ({ raw }: Seen) => {
    try {
      return wants(raw) !== false;
    } catch {
      return true;
    }
  };
  return Object.assign(listener, { [kWants]: isWanted });
}

/**
 * Whether one of our upgrade listeners leaves a request to others of the server, since it does not want it. Where all
 * are ours and none of them wants it, one has to answer: the first, as all of them count.
 */
export function isForOthers(
  server: HttpServer | HttpsServer,
  listener: UpgradeListener,
  request: IncomingMessage,
): boolean {
  const all = server.listeners('upgrade') as UpgradeListener[];
  if (all.length === 1) return false;
  const { method, url, headers } = request;
  const isWantedBy = (each: UpgradeListener) => each[kWants]?.({ method, url, headers, raw: request }) === true;
  if (isWantedBy(listener)) return false;
  const ours = all.filter((each) => each[kWants] !== undefined).toReversed();
  return all.length > ours.length || ours[0] !== listener || ours.some(isWantedBy);
}
