import type { DialRequest } from '../../transport/transport.js';
import type { DialAttempt } from '../api/dialer.js';
import { resolveHeaders, resolveProtocols, resolveUrl } from '../options/options.js';
import { wireOptionsOf } from '../options/wire-options.js';
import type { DialSettings } from './resolve-dial.js';
import { checkWay } from './resolve-route.js';
import { resolveTls } from './resolve-tls.js';

/**
 * Asks for an attempt's URL, then for its header fields, its subprotocols, and its TLS settings.
 *
 * @param onUrl is called with the URL as soon as it is known. When it throws, the header fields are not asked for.
 * @throws what `url`, `headers`, `protocols`, or `tls` throw; {OptionError} for a wrong result of theirs. By rejection.
 */
export async function dialRequestOf(
  settings: DialSettings,
  attempt: DialAttempt,
  onUrl: (url: string) => void,
): Promise<DialRequest> {
  const { url, headers, protocols, tls, limits, perMessageDeflate, route, redirects } = settings;
  const target = typeof url === 'function' ? resolveUrl(await url(attempt), 'url') : url;
  if (typeof url === 'function') checkWay(target, route, 'dial');
  onUrl(target);
  const fields = typeof headers === 'function' ? resolveHeaders(await headers(attempt), 'headers') : headers;
  const offered = typeof protocols === 'function' ? resolveProtocols(await protocols(attempt), 'protocols') : protocols;
  return {
    url: target,
    headers: fields,
    protocols: offered,
    tls: typeof tls === 'function' ? resolveTls(await tls(attempt), 'dial: tls') : tls,
    route,
    redirects,
    options: wireOptionsOf(limits, perMessageDeflate),
  };
}

/** Returns host and port of a URL that was checked, or its socket; an empty text while no URL is known. */
export function hostOf(url: string | undefined): string {
  if (url === undefined) return '';
  const { host, pathname } = new URL(url);
  return host === '' ? (pathname.split(':', 1)[0] ?? '') : host;
}
