import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { refuse } from '../../index.js';
import type { Authenticate, Grant } from '../../supervisor/api/listener.js';
import { issuerKeys } from './issuer-keys.js';
import type { JwtClaims, JwtOptions } from './jwt-options.js';
import { type Jose, loadJose } from './load-jose.js';
import { type JwtSettings, resolveJwt } from './resolve-jwt.js';
import { tokensOf } from './token-source.js';

/** Checks JSON Web Tokens. */
export interface JwtAuthenticator {
  /**
   * For `listen`: grants the claims as `data`, `sub` as `identity`, and `exp` as `expiresAt`. Refuses with 401 a client
   * without a valid token, and with 400 one that sends several (RFC 6750 section 3). Throws, which is answered with
   * 503, when the issuer's keys cannot be fetched.
   */
  readonly authenticate: Authenticate<JwtClaims>;
  /**
   * Checks a token that came otherwise, in a message for `connection.renew` for example. Resolves with what it grants,
   * `undefined` if it is not valid; rejects when the issuer's keys cannot be fetched.
   */
  verify(token: string): Promise<Grant<JwtClaims> | undefined>;
}

/**
 * Makes what checks JSON Web Tokens (RFC 7519) of an issuer, by the package jose.
 *
 * @throws {OptionError} for a wrong option; {PlatformError} where jose is not installed.
 */
export function createJwtAuthenticator(options: JwtOptions): JwtAuthenticator {
  const settings = resolveJwt(options);
  const check = checkerOf(settings, loadJose());
  const verify = async (token: string) => {
    const claims = await check(token);
    return claims === undefined ? undefined : grantOf(claims, settings.clockToleranceMs);
  };
  return {
    async authenticate(request) {
      const [token, ...more] = tokensOf(request, settings.tokenFrom);
      if (more.length > 0) return refused(400, 'invalid_request');
      if (token === undefined) return refused(401);
      return (await verify(token)) ?? refused(401, 'invalid_token');
    },
    verify,
  };
}

/** As RFC 6750 section 3 asks for; nothing says what was wrong with the token. */
function refused(status: 400 | 401, error?: string) {
  return refuse(status, {
    headers: { 'www-authenticate': error === undefined ? 'Bearer' : `Bearer error="${error}"` },
  });
}

/** The last moment that a `Date` has, in Unix ms: an issuer may write any number. */
const LAST_MS = 8.64e15;

/** Identities have up to 256 characters. */
const LONGEST_IDENTITY = 256;

function grantOf(claims: JwtClaims, clockToleranceMs: number): Grant<JwtClaims> | undefined {
  const { sub, exp } = claims;
  if (sub !== undefined && (typeof sub !== 'string' || sub === '' || sub.length > LONGEST_IDENTITY)) return undefined;
  return {
    data: claims,
    ...(sub === undefined ? {} : { identity: sub }),
    ...(exp === undefined ? {} : { expiresAt: Math.min(exp * 1000 + clockToleranceMs, LAST_MS) }),
  };
}

/** Resolves with a token's claims, `undefined` if it is not valid. */
function checkerOf({ key, issuer, audience, ...settings }: JwtSettings, jose: Jose) {
  const { errors, jwtVerify } = jose;
  const options: JWTVerifyOptions = {
    algorithms: [...settings.algorithms],
    clockTolerance: settings.clockToleranceMs / 1000,
    requiredClaims: [...settings.requiredClaims],
    ...(issuer === undefined ? {} : { issuer: [...issuer] }),
    ...(audience === undefined ? {} : { audience: [...audience] }),
  };
  const keys = key.kind === 'jwks' ? issuerKeys(key.url, () => performance.now(), jose) : undefined;
  return async (token: string): Promise<JwtClaims | undefined> => {
    try {
      if (key.kind === 'key') return (await jwtVerify(token, key.key, options)).payload;
      return keys && (await verifiedBy(keys, token, options, jose));
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

/** Tries each key that fits: an issuer need not name the one that it has signed with. */
async function verifiedBy(
  keys: JWTVerifyGetKey,
  token: string,
  options: JWTVerifyOptions,
  { errors, jwtVerify }: Jose,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (wrong) {
        if (!(wrong instanceof errors.JWSSignatureVerificationFailed)) throw wrong;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}
