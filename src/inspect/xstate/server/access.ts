import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { ConnectionRequest } from '../../../supervisor/api/connection.js';

/** The names of this machine that no other machine can have: `localhost` and names below it (RFC 6761 section 6.3). */
export const LOOPBACK_NAMES: readonly string[] = ['localhost', '*.localhost', '127.0.0.1', '[::1]'];

/** Whether what listens at an address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** What a token may be: it stands in URLs and header fields. */
export const TOKEN = /^[\x21-\x7e]{16,200}$/;

/**
 * Makes the check of a viewer's token: in the query, since browsers and the clients of `@statelyai/inspect` give a URL
 * and nothing else, or as `Authorization: Bearer`. How long it takes says nothing about the token.
 */
export function tokenCheck(
  token: string | undefined,
): (request: Pick<ConnectionRequest, 'query' | 'bearerToken'>) => boolean {
  if (token === undefined) return () => true;
  const wanted = digestOf(token);
  return (request) => {
    const given = request.bearerToken() ?? request.query.get('token');
    return given !== null && timingSafeEqual(digestOf(given), wanted);
  };
}

/** Texts of any length are compared by digests of one length. */
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
