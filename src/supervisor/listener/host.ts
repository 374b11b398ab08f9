import { isIPv4, isIPv6 } from 'node:net';
import type { HandshakeRequest } from '../../transport/transport.js';
import { isList, readList, show, wrongOption } from '../options/option-rules.js';
import { fieldOf } from './request.js';
import { requestTarget } from './request-target.js';

/**
 * Compiles a listener's `hosts` to a check of requests. Letter case, a final dot, and the spelling of an IPv6 address
 * make no difference. A request without a port means port 80, or 443 over TLS.
 *
 * @throws {OptionError} for anything but `any`, and a list of host names, addresses, and patterns with an entry.
 */
export function compileHosts(hosts: readonly string[] | 'any'): (request: HandshakeRequest) => boolean {
  if (hosts === 'any') return () => true;
  if (!isList(hosts))
    throw wrongOption('listen: hosts', `is ${show(hosts)}; allowed are "any" and a list of host names`);
  const patterns = readList(hosts, 'listen: hosts', 'host names').map(compilePattern);
  if (patterns.length === 0) throw wrongOption('listen: hosts', 'is an empty list; it must have at least one entry');
  return (request) => {
    const [, host, port] = HOST.exec(hostOf(request)?.toLowerCase() ?? '') ?? [];
    if (host === undefined) return false;
    const asked = inOneForm(host);
    return patterns.some((matches) => matches(asked, port || (request.isSecure ? '443' : '80')));
  };
}

/** The names of this machine that no other one can have: `localhost`, and names below it (RFC 6761 section 6.3). */
const LOOPBACK = ['localhost', '*.localhost', '127.0.0.1', '[::1]'];

/**
 * The check of a listener that was given no `hosts`. One on loopback is for this machine: otherwise a page whose name
 * a stranger has pointed at loopback could reach it (DNS rebinding). Such a request has an Origin, as all requests of
 * browsers have; for other programs the check would do nothing, since they may send any Host.
 *
 * @param address where it listens.
 */
export function defaultHosts(address: string | undefined): (request: HandshakeRequest) => boolean {
  const isNumber = address !== undefined && isIPv4(address) && address.startsWith('127.');
  if (!isNumber && address !== 'localhost' && address !== '::1') return () => true;
  const isLoopback = compileHosts(isNumber ? [...LOOPBACK, address] : LOOPBACK);
  return (request) => fieldOf(request.headers, 'origin') === undefined || isLoopback(request);
}

/** Host and port (RFC 9110 section 7.2), in lower case. */
const HOST = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+;=%-]+?)\.?(?::(\d{0,5}))?$/;

/** Host and port with `*` within a label, or as port. */
const PATTERN = /^(\[[\da-f:.]+\]|[a-z\d_*-]+(?:\.[a-z\d_*-]+)*)\.?(?::(\d{1,5}|\*))?$/;

/** Whether the part in brackets, if there is one, is an IPv6 address. */
export function isLiteral(host: string): boolean {
  return !host.startsWith('[') || isIPv6(host.slice(1, -1));
}

/** Whether digits are a TCP port as clients write it. True also for no port, and for `*`. */
export function isPort(port: string | undefined): boolean {
  return port === undefined || port === '*' || (!port.startsWith('0') && Number(port) <= 65_535);
}

/** Writes an IPv6 address, of which there are several spellings, in one of them. */
export function inOneForm(host: string): string {
  return host.startsWith('[') && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;
}

/**
 * The host that a request is meant for, with its port if it has one: the host of an absolute request target, which
 * overrides the Host header (RFC 9112 section 3.2.2), or else that of the Host header.
 *
 * @returns `undefined` if the request names no host, several, or something that is not a host.
 */
export function hostOf({ url, headers }: Pick<HandshakeRequest, 'url' | 'headers'>): string | undefined {
  const field = fieldOf(headers, 'host');
  const host = requestTarget(url)?.authority ?? field;
  // There must be one Host header even beside an absolute target, whatever its value (section 3.2).
  return isHost(field) && isHost(host) ? host : undefined;
}

function isHost(text: string | undefined): text is string {
  return text !== undefined && HOST.test(text.toLowerCase());
}

/** @throws {OptionError} for a text that no host can match. */
function compilePattern(pattern: unknown, index: number): (host: string, port: string) => boolean {
  const [, name, port] = typeof pattern === 'string' ? (PATTERN.exec(pattern.toLowerCase()) ?? []) : [];
  if (name === undefined || !isLiteral(name) || !isPort(port)) {
    const allowed =
      'allowed are host names and addresses, with or without a port, ' +
      'such as "example.com", "*.example.com", "[::1]", and "localhost:8080"';
    throw wrongOption(`listen: hosts[${index}]`, `is ${show(pattern)}; ${allowed}`);
  }
  const source = inOneForm(name)
    .replace(/[.[\]]/g, '\\$&')
    .replaceAll('*', '[\\w-]*');
  const regExp = new RegExp(`^${source}$`);
  return (askedHost, askedPort) => regExp.test(askedHost) && (port === undefined || port === '*' || port === askedPort);
}
