import type { TokenSource } from './token-source.js';

/**
 * How tokens are checked. Exactly one of `jwksUrl`, `secret`, and `publicKey` says what they are signed with.
 */
export interface JwtOptions {
  /**
   * The URL of the issuer's keys (RFC 7517), `https:`, or `http:` to this machine. They are fetched once for all
   * clients that wait, kept for ten minutes, and fetched again for a key that is not among them, at most every 30 s. If
   * they cannot be fetched again, those that are there are used for an hour more.
   */
  readonly jwksUrl?: string | URL | undefined;
  /** Whether `jwksUrl` may be `http:` to another machine; who controls the way can make tokens. Default `false`. */
  readonly allowHttp?: boolean | undefined;
  /**
   * The secret that issuer and service share, at least as long as the hash (RFC 7518 section 3.2): 32 bytes for HS256.
   * A text counts in UTF-8.
   */
  readonly secret?: string | Uint8Array | undefined;
  /** The issuer's public key, or a certificate of it, in PEM. RSA keys have 2,048 bits or more. */
  readonly publicKey?: string | undefined;
  /** Who the tokens come from: the claim `iss`. Default: not checked, so give it where the keys are not only theirs. */
  readonly issuer?: string | readonly string[] | undefined;
  /**
   * Who they are for: one of these must be in the claim `aud`. Default: not checked; then tokens that the issuer has
   * made for other services are taken as well.
   */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * The algorithms of their signatures. `none` never is one. Default: with `secret` HS256, with `publicKey` those that
   * its type allows, with `jwksUrl` those of public keys.
   */
  readonly algorithms?: readonly string[] | undefined;
  /** How far the clocks of issuer and service may be apart, in ms. Default 5,000. */
  readonly clockToleranceMs?: number | undefined;
  /** Claims that must be there. Default `['exp']`: without it a token is good for ever. */
  readonly requiredClaims?: readonly string[] | undefined;
  /** Where the token may be. A client that sends several is refused with 400. Default `['authorization']`. */
  readonly tokenFrom?: readonly TokenSource[] | undefined;
}

/** What a token says: its claims (RFC 7519 section 4). */
export interface JwtClaims {
  readonly iss?: string | undefined;
  readonly sub?: string | undefined;
  readonly aud?: string | readonly string[] | undefined;
  /** When it ends, in seconds of Unix time. */
  readonly exp?: number | undefined;
  readonly nbf?: number | undefined;
  readonly iat?: number | undefined;
  readonly jti?: string | undefined;
  readonly [claim: string]: unknown;
}
