import { OptionError } from '../../transport/errors.js';
import type { DialAttempt } from '../api/dialer.js';
import { readList } from '../options/option-rules.js';
import { resolveUrl } from '../options/options.js';
import { reachedPeer } from './retry.js';

/** What `rotateUrls` wants to know. */
type RotatedAttempt = Pick<DialAttempt, 'previousUrl' | 'refresh'> & Partial<Pick<DialAttempt, 'previousReport'>>;

/**
 * Failover between endpoints, as a dialer's `url`: the first attempt goes to the first URL, and each further one to the
 * next in turn. Only what was turned down for its credential alone is tried again at the same URL, with a fresh one.
 *
 * It keeps nothing itself, so that any number of dialers may share one.
 *
 * @throws {OptionError} for anything but a list, for an empty one, and for a URL that is not `ws:` or `wss:`.
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
  if (first === undefined) throw new OptionError('rotateUrls: urls is empty; it must name at least one URL.');
  return ({ previousUrl, refresh, previousReport }) => {
    const stays = refresh && (previousReport === undefined || reachedPeer(previousReport));
    const at = previousUrl === undefined ? -1 : ring.indexOf(previousUrl);
    return ring[stays && at >= 0 ? at : (at + 1) % ring.length] ?? first;
  };
}
