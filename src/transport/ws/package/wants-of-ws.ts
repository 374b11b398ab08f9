/** What ws wants of handshakes and HTTP does not: they are put into the form that it takes. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { acceptableOffer } from '../../protocol/deflate-negotiation.js';
import { formatExtension, parseExtensions } from '../../protocol/extension-field.js';

/** The header field of both handshakes that negotiates extensions, as Node has it. */
const EXTENSIONS = 'sec-websocket-extensions';

/**
 * A request of which ws takes what is right. It wants `websocket` to be the only protocol offered, which RFC 9110
 * section 7.8 does not; and it refuses a handshake for one bad offer of permessage-deflate, where RFC 7692 section 7.1
 * goes on with the next: it gets the one offer to accept.
 *
 * @throws {Error} for extensions that break the grammar (RFC 6455 section 9.1).
 */
export function requestForWs(request: IncomingMessage, isDeflating: boolean): IncomingMessage {
  const { headers } = request;
  const offers = isDeflating ? headers[EXTENSIONS] : undefined;
  if (headers.upgrade?.toLowerCase() === 'websocket' && offers === undefined) return request;
  const extensions = offers === undefined ? undefined : offerIn(offers);
  const wanted = { ...headers, upgrade: 'websocket', [EXTENSIONS]: extensions };
  return Object.create(request, { headers: { value: wanted } }) as IncomingMessage;
}

function offerIn(field: string): string | undefined {
  const offers = parseExtensions(field);
  if (offers === undefined) throw new Error('the header field Sec-WebSocket-Extensions is malformed');
  const offer = acceptableOffer(offers);
  return offer && formatExtension(offer);
}

/** Puts the extensions of an answer into the form of ws, which takes neither empty elements nor space around `=`. */
export function tidyExtensions(headers: IncomingHttpHeaders): void {
  const field = headers[EXTENSIONS];
  const chosen = field === undefined ? undefined : parseExtensions(field);
  if (chosen !== undefined) headers[EXTENSIONS] = chosen.map(formatExtension).join(', ');
}
