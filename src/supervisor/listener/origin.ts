import { containRejection } from '../../transport/contain.js';
import { OptionError } from '../../transport/errors.js';
import type { ConnectionRequest } from '../api/connection.js';
import type { OriginPolicy } from '../api/listener.js';
import { isList, readList, show } from '../options/option-rules.js';
import { hostOf, inOneForm, isLiteral, isPort } from './host.js';

/** Scheme, host, and port of an origin (RFC 6454 section 6.2). `null` and lists of origins are none. */
const ORIGIN = /^([a-z][a-z\d+.-]*):\/\/(\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::(\d{1,5}))?$/;

/** As above, with `*` within a label or for a port. */
const PATTERN = /^([a-z][a-z\d+.-]*):\/\/(\[[\da-f:.]+\]|[\w*-]+(?:\.[\w*-]+)*\.?)(?::(\d{1,5}|\*))?$/;

/** A Host header field (RFC 9110 section 7.2). */
const HOST = /^(\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::(\d{1,5}))?$/;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ws: '80', wss: '443' };

type Check = (request: ConnectionRequest) => boolean;

/** Host and port, the port always there where the scheme has a default; `undefined` if the text is malformed. */
function authorityOf(text: string | undefined, scheme: string): string | undefined {
  const [, host, port] = HOST.exec(text?.toLowerCase() ?? '') ?? [];
  return host === undefined ? undefined : `${host}:${port ?? DEFAULT_PORTS[scheme] ?? ''}`;
}

/**
 * As gorilla/websocket's default check, but with default ports made equal: `https://a.example` matches `Host:
 * a.example:443`.
 */
function isSameOrigin(request: ConnectionRequest): boolean {
  const origin = request.header('origin');
  if (origin === undefined) return true;
  const [, scheme, host, port] = ORIGIN.exec(origin.toLowerCase()) ?? [];
  if (scheme !== 'http' && scheme !== 'https') return false;
  // Which of both schemes the request itself came by is no matter: TLS may have ended at a proxy.
  return authorityOf(port === undefined ? host : `${host}:${port}`, scheme) === authorityOf(hostOf(request), scheme);
}

/** @throws {OptionError} for a text that no origin can match. */
function compilePattern(pattern: unknown): RegExp {
  const [, scheme, host, port] = typeof pattern === 'string' ? (PATTERN.exec(pattern.toLowerCase()) ?? []) : [];
  if (scheme === undefined || host === undefined || !isLiteral(host) || !isPort(port)) {
    throw new OptionError(
      `listen: origins has the entry ${show(pattern)}; allowed are origins in ASCII, a scheme, a host and maybe a port, such as "https://*.example.com".`,
    );
  }
  const escaped = inOneForm(host)
    .replace(/[.[\]]/g, '\\$&')
    .replaceAll('*', '[\\w-]*');
  const ports = port === '*' ? '\\d*' : (port ?? DEFAULT_PORTS[scheme] ?? '');
  return new RegExp(`^${scheme.replace(/[+.]/g, '\\$&')}://${escaped}:${ports}$`);
}

/** Whether the origin of a request matches one of the patterns. */
function listCheck(list: readonly string[]): Check {
  if (list.length === 0) throw new OptionError('listen: origins is an empty list; it must have one entry at least.');
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

/**
 * Compiles a listener's `origins` to a check of requests (RFC 6455 section 10.2). Letter case and default ports make no
 * difference; malformed origins and `null` are refused by `same-origin` and by lists. In a list, a port may be `*` too.
 *
 * What a function answers counts only if it is `true`: a promise lets nobody in. What it throws comes out of the check.
 *
 * @throws {OptionError} for any other policy, an empty list, or an entry of it that is no origin.
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
  throw new OptionError(
    `listen: origins is ${show(policy)}; allowed are "same-origin", "any", a list of origins, and a function.`,
  );
}
