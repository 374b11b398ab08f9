import { OptionError } from '../../index.js';
import { MASK, maskedWord } from '../../inspect/redaction/masked.js';

/**
 * Reads header fields written as `Name: value`. Several fields of one name are joined by commas (RFC 9110 section
 * 5.3).
 *
 * @throws {OptionError} for a text without a name and a colon.
 */
export function headerFields(given: readonly string[]): Readonly<Record<string, string>> {
  const fields = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const text of given) {
    const [, name = '', value = ''] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/s.exec(text) ?? [];
    if (name === '')
      throw new OptionError(`--header is ${JSON.stringify(firstWordOf(text))}; it must be 'Name: value'.`);
    const field = fields.get(name.toLowerCase()) ?? { name, values: [] };
    field.values.push(value);
    fields.set(name.toLowerCase(), field);
  }
  return Object.fromEntries([...fields.values()].map(({ name, values }) => [name, values.join(', ')]));
}

/** What the header fields of a handshake are made of. */
export interface GivenFields {
  /** `Name: value`, as given. */
  readonly headers: readonly string[];
  readonly origin?: string | undefined;
  /** `user:password`, for Basic authentication (RFC 7617). */
  readonly auth?: string | undefined;
}

/**
 * Makes the header fields of a handshake.
 *
 * @throws {OptionError} as `headerFields`; for a user without a password; for two credentials.
 */
export function handshakeFields({ headers, origin, auth }: GivenFields): Readonly<Record<string, string>> {
  const fields = headerFields([...headers, ...(origin === undefined ? [] : [`Origin: ${origin}`])]);
  if (auth === undefined) return fields;
  if (!auth.includes(':')) throw new OptionError("--auth has no colon; it must be 'user:password'.");
  if (Object.keys(fields).some((name) => name.toLowerCase() === 'authorization'))
    throw new OptionError('--auth and --header Authorization are both given; one of them may be.');
  return { ...fields, Authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
}

/**
 * The part of a malformed header field that messages may show: its first word may be a credential, or precede one.
 */
function firstWordOf(text: string): string {
  const [all = '', indent = '', word = ''] = /^(\s*)([^\s:]*)/.exec(text) ?? [];
  const shown = indent + maskedWord(word);
  return all.length === text.length || shown.endsWith(MASK) ? shown : `${shown}${MASK}`;
}
