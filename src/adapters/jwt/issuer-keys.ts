import type { JWTVerifyGetKey } from 'jose';
import type { Jose } from './load-jose.js';

/** How old keys may be before they are fetched again, in ms. */
export const FRESH_FOR_MS = 600_000;

/** How old they may be while they cannot be fetched, in ms. */
export const USABLE_FOR_MS = 3_600_000 + FRESH_FOR_MS;

/** How long to wait before another attempt while there are keys that can be used, in ms. */
const TRY_AGAIN_AFTER_MS = 30_000;

/** The keys could not be fetched: no fault of the client's. */
export class IssuerKeysError extends Error {
  override readonly name = 'IssuerKeysError';
}

/**
 * The keys of an issuer, fetched when the first client comes. What jose does: one fetch for all that wait, and another
 * one for a key that is not among them, at most every 30 s. What is added: old keys go on while they cannot be fetched
 * again, and a fetch that fails is another error than a token that is wrong.
 *
 * @param now monotonic time in ms.
 */
export function issuerKeys(
  url: URL,
  now: () => number,
  { createRemoteJWKSet }: Pick<Jose, 'createRemoteJWKSet'>,
): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(url, { cacheMaxAge: Number.POSITIVE_INFINITY });
  let loadedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  const load = async () => {
    triedAt = now();
    try {
      await remote.reload();
      loadedAt = now();
    } catch (cause) {
      if (now() - loadedAt > USABLE_FOR_MS)
        throw new IssuerKeysError(`the keys of ${url.origin} cannot be fetched`, { cause });
    }
  };
  return async (header, token) => {
    const age = now() - loadedAt;
    const mayTry = age > USABLE_FOR_MS || now() - triedAt >= TRY_AGAIN_AFTER_MS;
    if (age > FRESH_FOR_MS && mayTry) await load();
    try {
      return await remote(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new IssuerKeysError(`the keys of ${url.origin} cannot be fetched`, { cause: error });
    }
  };
}

/** Codes of jose's errors for keys that are not there, or do not fit; others come from the fetch. */
const ABOUT_TOKEN = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED']);

function isAboutToken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ABOUT_TOKEN.has(String(error.code));
}
