import type { DialOptions } from '../../supervisor/api/dial-options.js';
import { resolveHeaders } from '../../supervisor/options/handshake-options.js';
import type { DialedPlace } from './dialed-place.js';

type Fields = Readonly<Record<string, string>>;

/**
 * The header fields that a socket is dialed with: of one name, those of the socket come before those of its class, and
 * these before the origin of the page.
 */
export function dialedFields({ origin, headers: own = {} }: DialedPlace, ofClass: DialOptions['headers']) {
  const page: Fields = origin === undefined ? {} : { origin };
  if (typeof ofClass === 'function')
    return async (attempt: Parameters<typeof ofClass>[0]): Promise<Fields> =>
      merged(page, resolveHeaders(await ofClass(attempt), 'headers'), own);
  return merged(page, resolveHeaders(ofClass ?? {}, 'headers'), own);
}

/** Names are the same whatever their case (RFC 9110 section 5.1). */
function merged(...sources: readonly Fields[]): Fields {
  const fields = sources.flatMap((source) => Object.entries(source));
  return Object.fromEntries(new Map(fields.map((field) => [field[0].toLowerCase(), field])).values());
}
