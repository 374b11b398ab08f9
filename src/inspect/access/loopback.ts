import { isIPv4 } from 'node:net';

/** The names of this machine that no other machine can have: `localhost` and names below it (RFC 6761 section 6.3). */
export const LOOPBACK_NAMES: readonly string[] = ['localhost', '*.localhost', '127.0.0.1', '[::1]'];

/** Whether an address or name is this machine's own, and cannot be reached from another one. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
