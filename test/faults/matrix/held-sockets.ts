import { existsSync, readFileSync } from 'node:fs';
import type { Role } from './cell.js';

/** The kernel's table of TCP over IPv4. Only Linux has it. */
const TABLE = '/proc/self/net/tcp';

/** The state of a socket that listens, as the kernel writes it. */
const LISTENS = '0A';

/**
 * How many TCP sockets some process still holds, by what the kernel says: accepted on a port, or dialed to it. 0 where
 * the kernel does not say.
 */
export function heldSockets(role: Role, port: number): number {
  if (!existsSync(TABLE)) return 0;
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync(TABLE, 'latin1')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, remote, state, , , , , , inode]) => {
      const address = role === 'accepted' ? local : remote;
      // A socket that no process holds any more has no inode.
      return address?.endsWith(wanted) === true && state !== LISTENS && inode !== '0';
    }).length;
}
