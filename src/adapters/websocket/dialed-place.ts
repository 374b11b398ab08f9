import { isToken } from '../../supervisor/options/handshake-options.js';
import { maskedUrl } from '../../transport/masked-url.js';
import { toUsvString } from './conversions.js';
import { toWanted, type Wanted } from './web-socket-init.js';

/** Where a socket dials, and what it offers there. */
export interface DialedPlace extends Wanted {
  readonly url: URL;
  /** That of the page, where an environment has one. */
  readonly origin: string | undefined;
}

/**
 * Checks the arguments of the constructor, by its steps
 * (https://websockets.spec.whatwg.org/#dom-websocket-websocket).
 *
 * @throws {DOMException} a `SyntaxError` for a URL or subprotocols that are not allowed; what the conversion of a value
 *   throws; {OptionError} for header fields that are not allowed.
 */
export function dialedPlace(url: unknown, protocolsOrInit: unknown): DialedPlace {
  // Values are converted before any of them is checked, in the order of the arguments.
  const text = toUsvString(url);
  const { protocols, headers } = toWanted(protocolsOrInit);
  const base = baseUrl();
  return { url: urlRecord(text, base), protocols: checkProtocols(protocols), headers, origin: originOf(base) };
}

function urlRecord(text: string, base: string | undefined): URL {
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

/** The origin that is sent along, as pages do (https://fetch.spec.whatwg.org/#origin-header). */
function originOf(base: string | undefined): string | undefined {
  const { protocol, origin } = base === undefined ? { protocol: '', origin: '' } : new URL(base);
  return protocol === 'http:' || protocol === 'https:' ? origin : undefined;
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
