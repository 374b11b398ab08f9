import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Role } from './cell.js';

/** The kernel's table of TCP over IPv4. Only Linux has it. */
const TABLE = '/proc/self/net/tcp';

/** The state of a socket that listens, as the kernel writes it. */
const LISTENS = '0A';

/** What this process has open. */
const DESCRIPTORS = '/proc/self/fd';

/** The numbers of this process's sockets. */
function ownInodes(): Set<string> {
  const targets = readdirSync(DESCRIPTORS).map((name) => {
    try {
      return readlinkSync(`${DESCRIPTORS}/${name}`);
    } catch {
      // The one that read the folder is closed by now.
      return '';
    }
  });
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

/**
 * How many TCP sockets this process still holds, by what the kernel says: accepted on a port, or dialed to it. 0 where
 * the kernel does not say. Other programs may have a socket with that port at another address.
 */
export function heldSockets(role: Role, port: number): number {
  if (!existsSync(TABLE)) return 0;
  const own = ownInodes();
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync(TABLE, 'latin1')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, remote, state, , , , , , inode]) => {
      const address = role === 'accepted' ? local : remote;
      return address?.endsWith(wanted) === true && state !== LISTENS && own.has(inode ?? '');
    }).length;
}
