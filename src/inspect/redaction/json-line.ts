import { MASKED, type Masking } from './masked.js';
import { visibleJson } from './visible.js';

/** The properties of errors that JSON should have: by default it would have none. */
const ERROR_FIELDS = ['name', 'message', 'code', 'errno', 'syscall', 'address', 'port', 'cause', 'errors'] as const;

/** The greatest depth at which values are written. */
const DEEPEST = 10;

/** Stands for a value that cannot be read: a getter that throws, a revoked proxy. */
const UNREADABLE = '[unreadable]';

/**
 * Returns a value as JSON can hold it. Reads each property once; properties that throw are marked.
 *
 * @param above the values that contain it: in a circle each value is written once.
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
    const isClose = typeof memberOf(from, 'code') === 'number';
    const names: readonly string[] = isError ? ERROR_FIELDS : Object.keys(from);
    const kept = names.flatMap((name): [string, unknown][] => {
      const member = memberOf(from, name);
      if (isError && member === undefined) return [];
      if (isClose && name === 'reason' && typeof member === 'string') return [[name, masking.reason(member)]];
      return [[name, plain(member, masking, name, [...above, value])]];
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

/** Returns a value as plain data, with errors as objects; values that look like secrets are hidden. Never throws. */
export function plainData(value: unknown, masking: Masking = MASKED): unknown {
  return plain(value, masking, '', []);
}

/**
 * Writes a value as one line of JSON without control characters. Errors keep their name, message, code, and cause;
 * values that look like secrets are hidden. Never throws, whatever the value is.
 */
export function jsonLine(value: Readonly<Record<string, unknown>>, masking: Masking = MASKED): string {
  return `${visibleJson(JSON.stringify(plainData(value, masking)))}\n`;
}
