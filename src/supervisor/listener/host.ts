import { isIPv6 } from 'node:net';
import { OptionError } from '../../transport/errors.js';
import type { HandshakeRequest } from '../../transport/transport.js';
import { readList, show } from '../options/option-rules.js';
import { fieldOf } from './request.js';
import { requestTarget } from './request-target.js';

/** Host and port (RFC 9110 section 7.2), in small letters. */
const HOST = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+;=%-]+?)\.?(?::(\d{0,5}))?$/;

/** As above, with `*` within a label, or for any port. */
const PATTERN = /^(\[[\da-f:.]+\]|[a-z\d_*-]+(?:\.[a-z\d_*-]+)*)\.?(?::(\d{1,5}|\*))?$/;

/** Whether what stands in brackets is an IPv6 address, as it must be. */
export function isLiteral(host: string): boolean {
  return !host.startsWith('[') || isIPv6(host.slice(1, -1));
}

/** Whether a text that consists of digits is a TCP port, as clients write it; so are none at all, and `*`. */
export function isPort(port: string | undefined): boolean {
  return port === undefined || port === '*' || (!port.startsWith('0') && Number(port) <= 65_535);
}

/** An IPv6 address, which may be written in several ways, in one of them. */
export function inOneForm(host: string): string {
  return host.startsWith('[') && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;
}

/**
 * Which host a request is meant for, with its port if it names one: that of an absolute request target, which overrides
 * the Host header (RFC 9112 section 3.2.2), or the Host header's.
 *
 * @returns `undefined` if it names none, several, or something that is no host.
 */
export function hostOf({ url, headers }: Pick<HandshakeRequest, 'url' | 'headers'>): string | undefined {
  const field = fieldOf(headers, 'host');
  const host = requestTarget(url)?.authority ?? field;
  // Beside an absolute target, too, there has to be one Host, whatever it says (section 3.2).
  return isHost(field) && isHost(host) ? host : undefined;
}

function isHost(text: string | undefined): text is string {
  return text !== undefined && HOST.test(text.toLowerCase());
}

/** @throws {OptionError} for a text that no host can match. */
function compilePattern(pattern: unknown): (host: string, port: string) => boolean {
  const [, name, port] = typeof pattern === 'string' ? (PATTERN.exec(pattern.toLowerCase()) ?? []) : [];
  if (name === undefined || !isLiteral(name) || !isPort(port)) {
    throw new OptionError(
      `listen: hosts has the entry ${show(pattern)}; allowed are host names and addresses, maybe with a port, such as "example.com", "*.example.com", "[::1]", and "localhost:8080".`,
    );
  }
  const source = inOneForm(name)
    .replace(/[.[\]]/g, '\\$&')
    .replaceAll('*', '[\\w-]*');
  const regExp = new RegExp(`^${source}$`);
  return (askedHost, askedPort) => regExp.test(askedHost) && (port === undefined || port === '*' || port === askedPort);
}

/**
 * Compiles a listener's `hosts` to a check of requests. Letter case, a dot at the end, and how an IPv6 address is
 * written make no difference; without a port in the request, 80 is meant, or 443 over TLS.
 *
 * @throws {OptionError} for anything but a list of host names, addresses, and patterns, one at least.
 */
export function compileHosts(hosts: readonly string[] | undefined): (request: HandshakeRequest) => boolean {
  if (hosts === undefined) return () => true;
  const patterns = readList(hosts, 'listen: hosts', 'host names').map(compilePattern);
  if (patterns.length === 0) throw new OptionError('listen: hosts is an empty list; it must have one entry at least.');
  return (request) => {
    const [, host, port] = HOST.exec(hostOf(request)?.toLowerCase() ?? '') ?? [];
    if (host === undefined) return false;
    const asked = inOneForm(host);
    return patterns.some((matches) => matches(asked, port || (request.isSecure ? '443' : '80')));
  };
}
