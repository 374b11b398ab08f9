import { checkSettled } from '../../transport/contain.js';
import { OptionError } from '../../transport/errors.js';
import type { HttpAnswer } from '../../transport/transport.js';
import type { Grant } from '../api/listener.js';
import { expiryOf } from '../connection/expiry.js';
import { isList, isPlain, nameOf, show, showName } from '../options/option-rules.js';
import { refusalAnswer } from './refusal.js';

/** What somebody was granted, checked: nothing of it throws any more once the 101 is out. */
export interface Granted {
  readonly data: unknown;
  /** Unix ms. */
  readonly expiresAt: number | undefined;
}

/** What `authenticate` has decided. */
export type Verdict =
  | { readonly kind: 'granted'; readonly granted: Granted }
  | { readonly kind: 'refused'; readonly answer: HttpAnswer };

const KEYS: readonly string[] = ['data', 'expiresAt'] satisfies readonly (keyof Grant<unknown>)[];

const ALLOWED = 'allowed are a grant, { data, expiresAt }, and what refuse() returns';

/**
 * Reads what `authenticate` gave. Fails closed: a grant is a plain object with `data` or an `expiresAt` and nothing
 * else, a refusal what `refuse` made, here or in another copy of the package, and whatever else is neither.
 *
 * @throws {OptionError} for what is neither, and for a grant or refusal with a wrong value; what a getter of it throws.
 */
export function verdictOf(value: unknown): Verdict {
  const answer = refusalAnswer(value);
  if (answer !== undefined) return { kind: 'refused', answer };
  if (typeof value !== 'object' || value === null || isList(value))
    throw new OptionError(`authenticate: its result is ${show(value)}; ${ALLOWED}.`);
  if (!isPlain(value)) throw new OptionError(`authenticate: its result is an object of a class; ${ALLOWED}.`);
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw new OptionError(`${nameOf('authenticate', showName(unknown))} is nothing that can be granted; ${ALLOWED}.`);
  // Read once each: a getter may give another value the next time.
  const { data, expiresAt } = value as Grant<unknown>;
  // A promise would let in before it says no.
  checkSettled([
    ['authenticate: data', data],
    ['authenticate: expiresAt', expiresAt],
  ]);
  if (!Object.hasOwn(value, 'data') && expiresAt === undefined)
    throw new OptionError(`authenticate: its result is an object that grants nothing; ${ALLOWED}.`);
  return {
    kind: 'granted',
    granted: { data, expiresAt: expiresAt === undefined ? undefined : expiryOf(expiresAt, 'authenticate: expiresAt') },
  };
}
