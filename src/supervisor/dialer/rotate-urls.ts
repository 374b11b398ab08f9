import type { DialAttempt } from '../api/dialer.js';
import { readList, wrongOption } from '../options/option-rules.js';
import { resolveUrl } from '../options/options.js';
import { reachedPeer } from './retry.js';

/** The part of an attempt that `rotateUrls` needs. */
type RotatedAttempt = Pick<DialAttempt, 'previousUrl' | 'refresh'> & Partial<Pick<DialAttempt, 'previousReport'>>;

/**
 * Failover between endpoints, as a dialer's `url`: the first attempt goes to the first URL, and each further attempt to
 * the next URL in turn. An attempt that was refused only for its credential is repeated at the same URL with a fresh
 * one.
 *
 * The function keeps no state, so any number of dialers may share it.
 *
 * @throws {OptionError} for anything that is not a list, for an empty list, and for a URL that is not `ws:` or `wss:`.
 */
export function rotateUrls(urls: readonly (string | URL)[]): (attempt: RotatedAttempt) => string {
  const ring = [
    ...new Set(
      readList(urls, 'rotateUrls: urls', 'URLs').map((url, index) =>
        resolveUrl(url as string | URL, `rotateUrls: urls[${index}]`),
      ),
    ),
  ];
  const [first] = ring;
  if (first === undefined) throw wrongOption('rotateUrls: urls', 'is empty; it must name at least one URL');
  return ({ previousUrl, refresh, previousReport }) => {
    const stays = refresh && (previousReport === undefined || reachedPeer(previousReport));
    const at = previousUrl === undefined ? -1 : ring.indexOf(previousUrl);
    return ring[stays && at >= 0 ? at : (at + 1) % ring.length] ?? first;
  };
}
