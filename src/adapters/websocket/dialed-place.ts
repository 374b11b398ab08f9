import { isToken } from '../../supervisor/options/handshake-options.js';
import { maskedUrl } from '../../transport/masked-url.js';
import { toTexts, toUsvString } from './conversions.js';

/** Where a socket dials, and the subprotocols that it offers. */
export interface DialedPlace {
  readonly url: URL;
  readonly protocols: readonly string[];
}

/**
 * Checks the arguments of the constructor, by its steps
 * (https://websockets.spec.whatwg.org/#dom-websocket-websocket).
 *
 * @throws {DOMException} a `SyntaxError` for a URL or subprotocols that are not allowed; what the conversion of a value
 *   throws.
 */
export function dialedPlace(url: unknown, protocols: unknown): DialedPlace {
  // Values are converted before any of them is checked, in the order of the arguments.
  const text = toUsvString(url);
  const texts = toTexts(protocols);
  return { url: urlRecord(text), protocols: checkProtocols(texts) };
}

function urlRecord(text: string): URL {
  const base = baseUrl();
  // `canParse` instead of catching: what `URL` throws quotes the URL, which may hold secrets.
  if (!URL.canParse(text, base)) throw syntaxError(`the URL ${maskedUrl(text)} is not valid`);
  const record = new URL(text, base);
  if (record.protocol === 'http:') record.protocol = 'ws:';
  else if (record.protocol === 'https:') record.protocol = 'wss:';
  if (record.protocol !== 'ws:' && record.protocol !== 'wss:')
    throw syntaxError(`the URL's scheme is ${record.protocol}; allowed are ws:, wss:, http:, and https:`);
  if (record.href.includes('#')) throw syntaxError('the URL has a fragment');
  return record;
}

/** The base of relative URLs: Node has none, environments that act as a page have one. */
function baseUrl(): string | undefined {
  const { location } = globalThis as { readonly location?: { readonly href?: unknown } | undefined };
  const href = location?.href;
  return typeof href === 'string' && URL.canParse(href) ? href : undefined;
}

function checkProtocols(protocols: readonly string[]): readonly string[] {
  const invalid = protocols.findIndex((protocol) => !isToken(protocol));
  if (invalid >= 0) throw syntaxError(`subprotocol ${invalid + 1} has characters that are not allowed, or none`);
  if (new Set(protocols.map((protocol) => protocol.toLowerCase())).size < protocols.length)
    throw syntaxError('a subprotocol is given twice');
  return protocols;
}

function syntaxError(problem: string): DOMException {
  return new DOMException(`WebSocket: ${problem}.`, 'SyntaxError');
}
