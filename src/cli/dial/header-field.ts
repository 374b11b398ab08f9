import { OptionError } from '../../index.js';
import { MASK, maskedWord } from '../output/masked.js';

/**
 * Reads header fields as one writes them, `Name: value`. Several of one name are joined by commas (RFC 9110 section
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

/**
 * What may be shown of a header field that is none: there may be a credential behind its first word, or in its place.
 */
function firstWordOf(text: string): string {
  const [all = '', indent = '', word = ''] = /^(\s*)([^\s:]*)/.exec(text) ?? [];
  const shown = indent + maskedWord(word);
  return all.length === text.length || shown.endsWith(MASK) ? shown : `${shown}${MASK}`;
}
