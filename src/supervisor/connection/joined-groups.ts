import type { ConnectionActor } from './connection-actor.js';
import type { Membership } from './membership.js';

/** Has a group's `leave` called when a connection begins to close. Returns `false` if the connection is not open. */
export function enterGroup(connection: ConnectionActor, group: Membership): boolean {
  if (!connection.isOpen) return false;
  const { lazy } = connection;
  lazy.groups ??= new Set();
  lazy.groups.add(group);
  return true;
}

/** Has a connection forget a group. */
export function leaveGroup({ lazyIfMade }: ConnectionActor, group: Membership): void {
  lazyIfMade?.groups?.delete(group);
}

/** Takes a connection that begins to close out of all its groups. */
export function leaveAllGroups(connection: ConnectionActor): void {
  const { lazy } = connection;
  for (const group of lazy.groups ?? []) group.leave(connection);
  lazy.groups = undefined;
}
