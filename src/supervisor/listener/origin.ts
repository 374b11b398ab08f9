import { containRejection } from '../../transport/contain.js';
import type { ConnectionRequest } from '../api/connection-request.js';
import type { OriginPolicy } from '../api/listener.js';
import { isList, readList, show, wrongOption } from '../options/option-rules.js';
import { hostOf, inOneForm, isLiteral, isPort } from './host.js';

/**
 * Compiles a listener's `origins` to a check of requests (RFC 6455 section 10.2). Letter case and default ports make no
 * difference. `same-origin` and lists refuse malformed origins and `null`. In a list, a port may be `*`.
 *
 * A function allows a request only by returning `true`: a promise allows nothing. The check throws what the function
 * throws.
 *
 * @throws {OptionError} for any other policy, an empty list, or an entry that is not an origin.
 */
export function compileOrigin(policy: OriginPolicy | undefined): Check {
  if (policy === undefined || policy === 'same-origin') return isSameOrigin;
  if (policy === 'any') return () => true;
  if (typeof policy === 'function') {
    return (request) => {
      const answer: unknown = policy(request.header('origin'), request);
      containRejection(answer, () => {});
      return answer === true;
    };
  }
  if (isList(policy)) return listCheck(readList(policy, 'listen: origins', 'origins') as readonly string[]);
  throw wrongOption(
    'listen: origins',
    `is ${show(policy)}; allowed are "same-origin", "any", a list of origins, and a function`,
  );
}

/** Scheme, host, and port of an origin (RFC 6454 section 6.2). `null` and lists of origins do not match. */
const ORIGIN = /^([a-z][a-z\d+.-]*):\/\/(\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::(\d{1,5}))?$/;

/** An origin with `*` within a label, or as port. */
const PATTERN = /^([a-z][a-z\d+.-]*):\/\/(\[[\da-f:.]+\]|[\w*-]+(?:\.[\w*-]+)*\.?)(?::(\d{1,5}|\*))?$/;

/** A Host header field (RFC 9110 section 7.2). */
const HOST = /^(\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::(\d{1,5}))?$/;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ws: '80', wss: '443' };

/** @param scheme of the request as its client made it, if that is known. */
type Check = (request: ConnectionRequest, scheme?: 'http' | 'https') => boolean;

/** Host and port, with the scheme's default port if the text has none; `undefined` if the text is malformed. */
function authorityOf(text: string | undefined, scheme: string): string | undefined {
  const [, host, port] = HOST.exec(text?.toLowerCase() ?? '') ?? [];
  return host === undefined ? undefined : `${host}:${port ?? DEFAULT_PORTS[scheme] ?? ''}`;
}

/**
 * The default check of gorilla/websocket, except that default ports count as equal: `https://a.example` matches
 * `Host: a.example:443`.
 */
function isSameOrigin(request: ConnectionRequest, asked?: 'http' | 'https'): boolean {
  const origin = request.header('origin');
  if (origin === undefined) return true;
  const [, scheme, host, port] = ORIGIN.exec(origin.toLowerCase()) ?? [];
  // Without a trusted proxy the request's own scheme is not compared: TLS may have ended at one.
  if ((scheme !== 'http' && scheme !== 'https') || (asked !== undefined && asked !== scheme)) return false;
  return authorityOf(port === undefined ? host : `${host}:${port}`, scheme) === authorityOf(hostOf(request), scheme);
}

/** @throws {OptionError} for a text that no origin can match. */
function compilePattern(pattern: unknown, index: number): RegExp {
  const [, scheme, host, port] = typeof pattern === 'string' ? (PATTERN.exec(pattern.toLowerCase()) ?? []) : [];
  if (scheme === undefined || host === undefined || !isLiteral(host) || !isPort(port)) {
    const allowed =
      'allowed are origins in ASCII: a scheme, a host, and a port if it is not the default, ' +
      'such as "https://*.example.com"';
    throw wrongOption(`listen: origins[${index}]`, `is ${show(pattern)}; ${allowed}`);
  }
  const escaped = inOneForm(host)
    .replace(/[.[\]]/g, '\\$&')
    .replaceAll('*', '[\\w-]*');
  const ports = port === '*' ? '\\d*' : (port ?? DEFAULT_PORTS[scheme] ?? '');
  return new RegExp(`^${scheme.replace(/[+.]/g, '\\$&')}://${escaped}:${ports}$`);
}

/** Whether the origin of a request matches one of the patterns. */
function listCheck(list: readonly string[]): Check {
  if (list.length === 0) throw wrongOption('listen: origins', 'is an empty list; it must have at least one entry');
  const patterns = list.map(compilePattern);
  return (request) => {
    const origin = request.header('origin');
    if (origin === undefined) return true;
    const [, scheme, host, port] = ORIGIN.exec(origin.toLowerCase()) ?? [];
    if (scheme === undefined) return false;
    const full = `${scheme}://${host}:${port ?? DEFAULT_PORTS[scheme] ?? ''}`;
    return patterns.some((pattern) => pattern.test(full));
  };
}
