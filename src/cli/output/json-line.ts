import { MASKED, type Masking } from './masked.js';
import { visibleJson } from './visible.js';

/** What of an error is worth keeping in JSON, where errors would be empty objects. */
const ERROR_FIELDS = ['name', 'message', 'code', 'errno', 'syscall', 'address', 'port', 'cause', 'errors'] as const;

/** So deep are values written; what is deeper is nobody's interest. */
const DEEPEST = 10;

/** Stands for what cannot be read: a getter that throws, a proxy that was revoked. */
const UNREADABLE = '[unreadable]';

/**
 * What of a value JSON can hold; reads each property once, and survives those that throw.
 *
 * @param above what it is part of: in a circle each value is written once.
 */
function plain(value: unknown, masking: Masking, key: string, above: readonly unknown[]): unknown {
  switch (typeof value) {
    case 'string':
      if (key === 'protocol') return masking.protocol(value);
      return key === 'url' ? masking.url(value) : masking.text(value);
    case 'bigint':
    case 'symbol':
      return String(value);
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return value;
  if (above.length === DEEPEST) return '[too deep]';
  if (above.includes(value)) return undefined;
  try {
    if (Array.isArray(value)) return value.map((item) => plain(item, masking, key, [...above, value]));
    const from = value as Readonly<Record<string, unknown>>;
    const isError = value instanceof Error;
    if (typeof from['toJSON'] === 'function') return plain(from['toJSON'](), masking, key, [...above, value]);
    const names: readonly string[] = isError ? ERROR_FIELDS : Object.keys(from);
    const kept = names.flatMap((name): [string, unknown][] => {
      const member = memberOf(from, name);
      return isError && member === undefined ? [] : [[name, plain(member, masking, name, [...above, value])]];
    });
    return Object.fromEntries(kept);
  } catch {
    return UNREADABLE;
  }
}

function memberOf(from: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return from[name];
  } catch {
    return UNREADABLE;
  }
}

/**
 * Writes a value as one line of JSON that no terminal obeys: errors keep their name, message, code, and cause, what
 * looks like a secret is hidden. Whatever the value is, there is a line.
 */
export function jsonLine(value: Readonly<Record<string, unknown>>, masking: Masking = MASKED): string {
  return `${visibleJson(JSON.stringify(plain(value, masking, '', [])))}\n`;
}
