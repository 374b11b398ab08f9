import type { DialRequest } from '../../transport/transport.js';
import type { DialAttempt } from '../api/dialer.js';
import { resolveHeaders, resolveUrl } from '../options/options.js';
import type { DialSettings } from './resolve-dial.js';

/**
 * Asks for an attempt's URL, then for its header fields.
 *
 * @param onUrl is called with the URL as soon as it is known. When it throws, the header fields are not asked for.
 * @throws what `url` or `headers` throw; {OptionError} for a wrong result of theirs. By rejection.
 */
export async function dialRequestOf(
  settings: DialSettings,
  attempt: DialAttempt,
  onUrl: (url: string) => void,
): Promise<DialRequest> {
  const { url, headers, protocols, tls, limits, perMessageDeflate } = settings;
  const target = typeof url === 'function' ? resolveUrl(await url(attempt), 'url') : url;
  onUrl(target);
  const fields = typeof headers === 'function' ? resolveHeaders(await headers(attempt), 'headers') : headers;
  const { maxPayloadBytes, maxFragments } = limits;
  return {
    url: target,
    headers: fields,
    protocols,
    tls,
    options: { maxPayloadBytes, maxFragments, perMessageDeflate },
  };
}

/** Returns host and port of a URL that was checked, or an empty text while no URL is known. */
export function hostOf(url: string | undefined): string {
  return url === undefined ? '' : new URL(url).host;
}
