import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import type { DialTlsOptions } from '../../transport/transport.js';
import { isInstance, isList, nameOf, read, readOptions, wrongOption } from '../options/option-rules.js';

/** What one of the options may be, and the words for it in a message. */
interface Rule {
  readonly allows: (value: unknown) => boolean;
  readonly allowed: string;
}

const isText = (value: unknown) => typeof value === 'string';
/** Node ignores a `ca` that is not PEM, such as the path of a file instead of its content. */
const isPem = (value: unknown) =>
  (typeof value === 'string' || isInstance(value, Uint8Array)) && Buffer.from(value).includes('-----BEGIN ');
const isKeyWithPassphrase = (value: unknown) => {
  if (typeof value !== 'object' || value === null || !('pem' in value)) return false;
  return isPem(value.pem) && (!('passphrase' in value) || value.passphrase === undefined || isText(value.passphrase));
};

/** Accepts one, or a list of them that is not empty. */
const oneOrMore = (isOne: (value: unknown) => boolean) => (value: unknown) =>
  isOne(value) || (isList(value) && value.length > 0 && value.every(isOne));

const pems: Rule = {
  allows: oneOrMore(isPem),
  allowed: 'PEM as a text or Buffer, no path of a file, or a list of these',
};

const isBytes = (value: unknown) => isInstance(value, Uint8Array) && value.length > 0;
const isPfxWithPassphrase = (value: unknown) => {
  if (typeof value !== 'object' || value === null || !('buf' in value)) return false;
  return isBytes(value.buf) && (!('passphrase' in value) || value.passphrase === undefined || isText(value.passphrase));
};

const VERSIONS: readonly unknown[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

const RULES: { readonly [Key in keyof DialTlsOptions]-?: Rule } = {
  ca: pems,
  cert: pems,
  key: {
    allows: oneOrMore((value) => isPem(value) || isKeyWithPassphrase(value)),
    allowed: 'PEM as a text or Buffer, no path of a file, or a list of these or of { pem, passphrase }',
  },
  pfx: {
    allows: oneOrMore((value) => isBytes(value) || isPfxWithPassphrase(value)),
    allowed: 'the content of a PKCS#12 file as a Buffer, or a list of these or of { buf, passphrase }',
  },
  passphrase: { allows: isText, allowed: 'a text' },
  minVersion: {
    allows: (value) => VERSIONS.includes(value),
    allowed: 'one of "TLSv1", "TLSv1.1", "TLSv1.2", and "TLSv1.3"',
  },
  checkServerIdentity: { allows: (value) => typeof value === 'function', allowed: 'a function' },
  rejectUnauthorized: { allows: (value) => typeof value === 'boolean', allowed: 'true or false' },
  servername: {
    allows: (value) => typeof value === 'string' && isIP(value) === 0,
    allowed: 'a host name, no IP address (RFC 6066 section 3)',
  },
};

const KEYS = Object.keys(RULES) as (keyof DialTlsOptions)[];

/** Describes a value in a message, without its content, since keys and passphrases are secrets. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (isList(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `of type ${typeof value}`;
}

/**
 * Checks TLS settings, and whether certificates and keys can be read and belong together.
 *
 * @returns a copy.
 * @throws {OptionError} with the option's name and what is allowed; OpenSSL's error is its cause.
 */
export function resolveTls(given: DialTlsOptions, where: string): DialTlsOptions {
  const tls = readOptions(given, KEYS, where);
  for (const key of KEYS) {
    const { allows, allowed } = RULES[key];
    const { [key]: value } = tls;
    const name = nameOf(where, key);
    if (value !== undefined && !read(() => allows(value), name))
      throw wrongOption(name, `is ${kindOf(value)}; it must be ${allowed}`);
  }
  checkMaterial(tls, where);
  return tls;
}

/**
 * `node:tls`. An `import` of it reads all that it exports, and so makes the texts of its root certificates, which take
 * 0.2 MB of the heap of each process.
 */
const nodeTls = () => createRequire(import.meta.url)('node:tls') as typeof import('node:tls');

/** @throws {OptionError} for certificates and keys with which every handshake would fail. */
function checkMaterial({ ca, cert, key, pfx, passphrase }: DialTlsOptions, where: string): void {
  const parts = Object.entries({ ca, cert, key, pfx, passphrase }).filter(([, value]) => value !== undefined);
  if (parts.length === 0) return;
  try {
    nodeTls().createSecureContext(Object.fromEntries(parts));
  } catch (cause) {
    const names = parts.map(([name]) => name).join(', ');
    throw wrongOption(where, `has a ${names} that cannot be used; they must be complete and fit each other`, { cause });
  }
}
