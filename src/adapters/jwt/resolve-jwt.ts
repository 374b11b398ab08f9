import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  checkBoolean,
  checkNumber,
  isList,
  readList,
  readOptions,
  show,
  wrongOption,
} from '../../supervisor/options/option-rules.js';
import type { JwtOptions } from './jwt-options.js';
import type { TokenSource } from './token-source.js';

/** What tokens are checked with. */
export type JwtKey =
  | { readonly kind: 'jwks'; readonly url: URL }
  | { readonly kind: 'key'; readonly key: Uint8Array | KeyObject };

/** The options, checked. */
export interface JwtSettings {
  readonly key: JwtKey;
  readonly issuer: readonly string[] | undefined;
  readonly audience: readonly string[] | undefined;
  readonly algorithms: readonly string[];
  readonly clockToleranceMs: number;
  readonly requiredClaims: readonly string[];
  readonly tokenFrom: readonly TokenSource[];
}

const CALL = 'createJwtAuthenticator';
const KEYS = [
  'jwksUrl',
  'allowHttp',
  'secret',
  'publicKey',
  'issuer',
  'audience',
  'algorithms',
  'clockToleranceMs',
  'requiredClaims',
  'tokenFrom',
] as const satisfies readonly (keyof JwtOptions)[];

/** The shortest secret of each algorithm, in bytes (RFC 7518 section 3.2). */
const SECRET_BYTES: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
const EDWARDS = ['EdDSA', 'Ed25519'];
const LEAST_RSA_BITS = 2048;

/**
 * Checks the options rule by rule.
 *
 * @throws {OptionError} with the option's name and what is allowed. Secrets are not shown.
 */
export function resolveJwt(given: JwtOptions): JwtSettings {
  const options = readOptions(given, KEYS, CALL);
  const { clockToleranceMs = 5000, requiredClaims = ['exp'], tokenFrom = ['authorization'] } = options;
  const { key, allowed, usual } = keyOf(options);
  const algorithms = options.algorithms === undefined ? usual : textsOf(options.algorithms, 'algorithms');
  const wrong = algorithms.find((algorithm) => !allowed.includes(algorithm));
  if (wrong !== undefined)
    throw wrongOption(`${CALL}: algorithms`, `has ${show(wrong)}; with this key allowed are ${allowed.join(', ')}`);
  if (key.kind === 'key' && key.key instanceof Uint8Array) checkSecret(key.key, algorithms);
  return {
    key,
    issuer: options.issuer === undefined ? undefined : textsOf(options.issuer, 'issuer'),
    audience: options.audience === undefined ? undefined : textsOf(options.audience, 'audience'),
    algorithms,
    clockToleranceMs: checkNumber(
      clockToleranceMs,
      { least: 0, most: 600_000, isWhole: false, allowed: 'numbers of ms from 0 to 600000' },
      `${CALL}: clockToleranceMs`,
    ),
    requiredClaims: requiredClaims.length === 0 ? [] : textsOf(requiredClaims, 'requiredClaims'),
    tokenFrom: sourcesOf(tokenFrom),
  };
}

/** A key, the algorithms that it can be used with, and those that are taken unless the user says otherwise. */
interface KeyUse {
  readonly key: JwtKey;
  readonly allowed: readonly string[];
  readonly usual: readonly string[];
}

function keyOf({ jwksUrl, allowHttp = false, secret, publicKey }: JwtOptions): KeyUse {
  const given = [jwksUrl, secret, publicKey].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw wrongOption(
      `${CALL}: options`,
      `has ${given.length} of jwksUrl, secret, and publicKey; exactly one of them is required`,
    );
  if (jwksUrl !== undefined) {
    const all = [...RSA, ...Object.values(CURVES), ...EDWARDS];
    return { key: { kind: 'jwks', url: jwksUrlOf(jwksUrl, allowHttp) }, allowed: all, usual: all };
  }
  if (secret === undefined) return publicKeyOf(publicKey);
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array))
    throw wrongOption(`${CALL}: secret`, `is of type ${typeof secret}; it must be a text or bytes`);
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : Uint8Array.from(secret);
  return { key: { kind: 'key', key }, allowed: Object.keys(SECRET_BYTES), usual: ['HS256'] };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

function jwksUrlOf(given: unknown, allowHttp: unknown): URL {
  const text = given instanceof URL ? given.href : given;
  if (typeof text !== 'string' || !URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw wrongOption(`${CALL}: jwksUrl`, 'is no https: URL; it must be the address of a JSON Web Key Set');
  const url = new URL(text);
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname) && !checkBoolean(allowHttp, `${CALL}: allowHttp`))
    throw wrongOption(
      `${CALL}: jwksUrl`,
      'is an http: URL of another machine, so who controls the way to it can make tokens; ' +
        'use https:, or set allowHttp',
    );
  return url;
}

function publicKeyOf(pem: unknown): KeyUse {
  const name = `${CALL}: publicKey`;
  if (typeof pem !== 'string') throw wrongOption(name, `is of type ${typeof pem}; it must be a text in PEM`);
  if (/PRIVATE KEY/.test(pem)) throw wrongOption(name, 'is a private key; the service needs the public one only');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw wrongOption(name, 'is no public key or certificate in PEM', { cause });
  }
  const allowed = algorithmsOf(key);
  if (allowed.length === 0)
    throw wrongOption(name, 'is no key that tokens are signed with: RSA from 2048 bits, P-256, P-384, P-521, Ed25519');
  return { key: { kind: 'key', key }, allowed, usual: allowed };
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): readonly string[] {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails;
  switch (asymmetricKeyType) {
    case 'rsa':
      return modulusLength < LEAST_RSA_BITS ? [] : RSA;
    case 'rsa-pss':
      return modulusLength < LEAST_RSA_BITS ? [] : RSA.filter((algorithm) => algorithm.startsWith('PS'));
    case 'ec': {
      const algorithm = CURVES[namedCurve];
      return algorithm === undefined ? [] : [algorithm];
    }
    case 'ed25519':
      return EDWARDS;
    default:
      return [];
  }
}

function checkSecret(secret: Uint8Array, algorithms: readonly string[]): void {
  const least = Math.max(...algorithms.map((algorithm) => SECRET_BYTES[algorithm] ?? 0));
  if (secret.length < least)
    throw wrongOption(`${CALL}: secret`, `has ${secret.length} bytes; ${algorithms.join(', ')} needs ${least} or more`);
}

/** A text, or a list of texts that is not empty. */
function textsOf(given: unknown, option: string): readonly string[] {
  const name = `${CALL}: ${option}`;
  const texts = isList(given) ? readList(given, name, 'texts') : [given];
  const wrong = texts.findIndex((text) => typeof text !== 'string' || text === '');
  if (wrong >= 0 || texts.length === 0)
    throw wrongOption(
      name,
      `is ${show(texts.length === 0 ? given : texts[wrong])}; it must be a text, or a list of them`,
    );
  return texts as readonly string[];
}

const SOURCES = ['query', 'subprotocol', 'cookie'] as const;

function sourcesOf(given: unknown): readonly TokenSource[] {
  const name = `${CALL}: tokenFrom`;
  const sources = readList(given, name, 'sources').map((source, i): TokenSource => {
    if (source === 'authorization') return source;
    if (typeof source === 'object' && source !== null) {
      const read = readOptions<{ query?: unknown; subprotocol?: unknown; cookie?: unknown }>(
        source,
        SOURCES,
        `${name}[${i}]`,
      );
      const [[kind, value] = [], ...more] = Object.entries(read);
      if (kind !== undefined && more.length === 0 && typeof value === 'string' && value !== '')
        return { [kind]: value } as unknown as TokenSource;
    }
    throw wrongOption(
      `${name}[${i}]`,
      `is ${show(source)}; allowed are "authorization", { query }, { subprotocol }, and { cookie } with a name`,
    );
  });
  if (sources.length === 0) throw wrongOption(name, 'is empty; it must have at least one source');
  return sources;
}
