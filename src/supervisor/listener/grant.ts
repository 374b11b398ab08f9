import { checkSettled } from '../../transport/contain.js';
import type { SentFields } from '../../transport/http-response.js';
import type { HttpAnswer } from '../../transport/transport.js';
import type { Grant } from '../api/listener.js';
import { expiryOf } from '../options/expiry.js';
import { isList, isPlain, nameOf, show, showName, wrongOption } from '../options/option-rules.js';
import { addedFields } from './added-fields.js';
import { refusalAnswer } from './refusal.js';

/** A checked grant: reading it cannot throw after the 101 was sent. */
export interface Granted {
  readonly data: unknown;
  /** Unix ms. */
  readonly expiresAt: number | undefined;
  readonly identity: string | undefined;
  /** Header fields of the 101. */
  readonly headers: SentFields | undefined;
}

/** The decision of `authenticate`. */
export type Verdict =
  | { readonly kind: 'granted'; readonly granted: Granted }
  | { readonly kind: 'refused'; readonly answer: HttpAnswer };

const KEYS: readonly string[] = [
  'data',
  'expiresAt',
  'identity',
  'headers',
] satisfies readonly (keyof Grant<unknown>)[];

const ALLOWED = 'allowed are a grant, { data, expiresAt, identity, headers }, and what refuse() returns';

/**
 * Reads the result of `authenticate`. Fails closed: a grant is a plain object with `data`, `expiresAt`, or `identity`,
 * maybe `headers`, and nothing else; a refusal is what `refuse` returns, in this or another copy of the package.
 * Everything else is an error.
 *
 * @throws {OptionError} for anything else, and for a grant or a refusal with a wrong value. Throws what a getter
 *   throws.
 */
export function verdictOf(value: unknown): Verdict {
  const answer = refusalAnswer(value);
  if (answer !== undefined) return { kind: 'refused', answer };
  if (typeof value !== 'object' || value === null || isList(value))
    throw wrongOption('authenticate', `returned ${show(value)}; ${ALLOWED}`);
  if (!isPlain(value)) throw wrongOption('authenticate', `returned an object of a class; ${ALLOWED}`);
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw wrongOption(nameOf('authenticate', showName(unknown)), `is not part of a grant; ${ALLOWED}`);
  // Each is read once: a getter may return another value the next time.
  const { data, expiresAt, identity, headers } = value as Grant<unknown>;
  // With a promise as data the client would be let in before the promise rejects.
  checkSettled([
    ['authenticate: data', data],
    ['authenticate: expiresAt', expiresAt],
    ['authenticate: identity', identity],
    ['authenticate: headers', headers],
  ]);
  if (!Object.hasOwn(value, 'data') && expiresAt === undefined && identity === undefined)
    throw wrongOption('authenticate', `returned an object with neither data nor expiresAt nor identity; ${ALLOWED}`);
  return {
    kind: 'granted',
    granted: {
      data,
      expiresAt: expiresAt === undefined ? undefined : expiryOf(expiresAt, 'authenticate: expiresAt'),
      identity: identity === undefined ? undefined : checkIdentity(identity),
      headers: headers === undefined ? undefined : addedFields(headers),
    },
  };
}

/** An identity is compared, counted, and printed, so it is no long text. */
const LONGEST_IDENTITY = 256;

function checkIdentity(identity: unknown): string {
  if (typeof identity === 'string' && identity !== '' && identity.length <= LONGEST_IDENTITY) return identity;
  // A long text may be the credential itself.
  const shown = typeof identity === 'string' ? `a text of ${identity.length} characters` : show(identity);
  throw wrongOption(
    'authenticate: identity',
    `is ${shown}; allowed are texts of 1 to ${LONGEST_IDENTITY} characters, such as "user:42"`,
  );
}
