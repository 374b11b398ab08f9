import { isIP, isIPv4 } from 'node:net';

/**
 * Names of this machine that nobody else can give to another one: `localhost` and what is below it (RFC 6761 section
 * 6.3).
 */
const LOOPBACK = ['localhost', '*.localhost', '127.0.0.1', '[::1]'];

/** Allows every host. */
const ANY_HOST = '*';

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/**
 * Which hosts requests may be meant for. A service on loopback is for this machine: a page of a stranger whose name
 * leads here (DNS rebinding) is kept out, unless it is told the names it is reached by.
 *
 * @param host where the service listens.
 * @param names given by the user; `*` is any.
 * @returns patterns as `listen` takes them for `hosts`; `undefined` for every host.
 */
export function hostsOf(host: string, names: readonly string[]): readonly string[] | undefined {
  if (names.includes(ANY_HOST) || (names.length === 0 && !isLoopback(host))) return undefined;
  return [...new Set([...LOOPBACK, host.includes(':') ? `[${host}]` : host, ...names])];
}

/** The name in an authority, in small letters, without port and the dot that may end it. */
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
 * Whether a plain request is meant for one of `hosts`. An address as host is no name that a stranger could have pointed
 * here, and probes use them; who names no host (HTTP/1.0) is no browser.
 */
export function isMeantFor(hosts: readonly string[] | undefined, authority: string | undefined): boolean {
  if (hosts === undefined || authority === undefined) return true;
  const name = nameOf(authority);
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || hosts.some((pattern) => matches(pattern, name));
}
