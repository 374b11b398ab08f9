import { isIP } from 'node:net';
import { isLoopback, LOOPBACK_NAMES } from '../../inspect/access/loopback.js';

/** Allows every host. */
const ANY_HOST = '*';

/**
 * Returns the hosts that requests may name. A service on loopback is for this machine: without this check, a foreign
 * page whose host name resolves to loopback (DNS rebinding) could reach it.
 *
 * @param host where the service listens.
 * @param names given by the user; `*` is any.
 * @returns patterns as `listen` takes them for `hosts`; `undefined` for every host.
 */
export function hostsOf(host: string, names: readonly string[]): readonly string[] | undefined {
  if (names.includes(ANY_HOST) || (names.length === 0 && !isLoopback(host))) return undefined;
  return [...new Set([...LOOPBACK_NAMES, host.includes(':') ? `[${host}]` : host, ...names])];
}

/** The name in an authority, in lower case, without the port and a final dot. */
function nameOf(authority: string): string {
  return authority
    .toLowerCase()
    .replace(/:(?:\d*|\*)$/, '')
    .replace(/\.$/, '');
}

const matches = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${nameOf(pattern)
      .replaceAll(/[.[\]]/g, String.raw`\$&`)
      .replaceAll('*', '[\\w-]*')}$`,
  ).test(name);

/**
 * Whether a plain request names one of `hosts`. Addresses are allowed too: no one can make an address resolve to this
 * machine, and probes use them. So are requests without a host (HTTP/1.0): browsers do not send them.
 */
export function isMeantFor(hosts: readonly string[] | undefined, authority: string | undefined): boolean {
  if (hosts === undefined || authority === undefined) return true;
  const name = nameOf(authority);
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || hosts.some((pattern) => matches(pattern, name));
}
