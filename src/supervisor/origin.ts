import { OptionError } from '../transport/errors.js';
import type { ConnectionRequest } from './connection.js';
import type { OriginPolicy } from './listener.js';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Host and port of an origin or a Host header, the port always there; `undefined` for what is neither. */
function authority(text: string, scheme: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '') return undefined;
  return `${url.hostname.toLowerCase()}:${url.port === '' ? (DEFAULT_PORTS[scheme] ?? '') : url.port}`;
}

function isSameOrigin(origin: string, request: ConnectionRequest): boolean {
  const host = request.header('host');
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol } = new URL(origin);
  const theirs = authority(origin, protocol);
  return theirs !== undefined && theirs === authority(`${protocol}//${host}`, protocol);
}

function patternFor(origin: string): RegExp {
  if (typeof origin !== 'string' || !/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/i.test(origin)) {
    throw new OptionError(`origins: ${JSON.stringify(origin)} is no origin; allowed are scheme, host, and port, such as "https://*.example.com".`);
  }
  const escaped = origin.toLowerCase().replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '[^.:/]*')}$`);
}

/**
 * Makes the check of an origin policy (RFC 6455 section 10.2).
 *
 * @throws {OptionError} for a policy or a pattern that is none.
 */
export function compileOrigin(policy: OriginPolicy = 'same-origin'): (request: ConnectionRequest) => boolean {
  if (policy === 'any') return () => true;
  if (typeof policy === 'function') return (request) => policy(request.header('origin'), request);
  if (policy === 'same-origin') {
    return (request) => {
      const origin = request.header('origin');
      return origin === undefined || isSameOrigin(origin, request);
    };
  }
  if (!Array.isArray(policy)) {
    throw new OptionError(`origins: ${JSON.stringify(policy)} is no policy; allowed are "same-origin", "any", a list of origins, and a function.`);
  }
  const patterns = policy.map(patternFor);
  return (request) => {
    const origin = request.header('origin')?.toLowerCase();
    return origin === undefined || patterns.some((pattern) => pattern.test(origin));
  };
}
