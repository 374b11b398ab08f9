import { show } from '../transport/show.js';
import { wrongOption } from '../transport/wrong-option.js';

/** The longest name of a topic, in bytes of UTF-8. */
const LONGEST_TOPIC_BYTES = 256;

/** Checks a name that users choose. @throws {OptionError} for anything but a text of so many bytes of UTF-8. */
export function checkName(name: unknown, where: string, mostBytes = LONGEST_TOPIC_BYTES): string {
  const isName = typeof name === 'string' && name !== '' && name.isWellFormed() && Buffer.byteLength(name) <= mostBytes;
  if (!isName) throw wrongOption(where, `is ${show(name)}; allowed are texts of 1 to ${mostBytes} bytes of UTF-8`);
  return name;
}

/** Bytes that stand for themselves in a token. `_` begins the others, so it is one of those. */
const PLAIN = /^[A-Za-z0-9-]$/;

/** What each byte becomes in a token. */
const TOKENS = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return PLAIN.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
});

/**
 * A name as a token of a broker's subjects: letters, digits, and `-` as they are, any other byte of its UTF-8 as `_`
 * and two hexadecimal digits. Different names have different tokens, and no token has a wildcard, a separator, or
 * white space in it.
 */
export function tokenOf(name: string): string {
  let token = '';
  for (const byte of Buffer.from(name)) token += TOKENS[byte];
  return token;
}

/** The subjects of a cluster. */
export interface Subjects {
  /** Where every node listens. */
  readonly nodes: string;
  /** Where one node listens. */
  node(id: string): string;
  /** The messages of a topic without history. */
  topic(token: string): string;
  /** Who comes to a topic, and who leaves. */
  presence(token: string): string;
}

export function subjectsOf(cluster: string): Subjects {
  const root = `wk.${tokenOf(cluster)}`;
  return {
    nodes: `${root}.nodes`,
    node: (id) => `${root}.node.${tokenOf(id)}`,
    topic: (token) => `${root}.topic.${token}`,
    presence: (token) => `${root}.presence.${token}`,
  };
}

/** The log of a cluster's topics that keep as much as this. */
export function logNameOf(cluster: string, messages: number, ageMs: number): string {
  return `${tokenOf(cluster)}_-${messages}_-${ageMs}`;
}
