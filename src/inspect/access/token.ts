import { createHash, timingSafeEqual } from 'node:crypto';
import { wrongOption } from '../../transport/wrong-option.js';

/** A shorter token could be guessed; it stands in URLs and header fields. */
const TOKEN = /^[\x21-\x7e]{16,200}$/;

/** What a token may be, in words. */
export const TOKEN_RULE = '16 to 200 printable ASCII characters without spaces';

/** @throws {OptionError} for what may not be a token. It does not show the value. */
export function checkToken(token: unknown, where: string): asserts token is string {
  if (typeof token !== 'string' || !TOKEN.test(token))
    throw wrongOption(where, `is not allowed (its value is not shown); allowed are ${TOKEN_RULE}`);
}

/** Makes the check of a secret that others give. How long it takes says nothing about the secret. */
export function secretCheck(secret: string): (given: string | undefined) => boolean {
  const wanted = digestOf(secret);
  return (given) => given !== undefined && timingSafeEqual(digestOf(given), wanted);
}

/** The token in a field `Authorization: Bearer`; `undefined` if there is none. */
export function bearerIn(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

/** Texts of any length are compared by digests of one length. */
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
