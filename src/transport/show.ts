/** Longer texts are cut in messages. */
const SHOWN_LENGTH = 80;

/** Characters that would break the line of a message, or change how the rest of it is read. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * A value as a message shows it, on one line. Never throws, and never shows the content of an object.
 */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return onOneLine(JSON.stringify(cut(value)));
    case 'object':
      if (value === null) return 'null';
      return isList(value) ? 'a list' : 'an object';
    case 'function':
      return 'a function';
    default:
      return onOneLine(cut(String(value)));
  }
}

/** A name that the user has given, as a message shows it: without quotes. */
export function showName(name: string): string {
  return onOneLine(cut(name));
}

function cut(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}...` : text;
}

function onOneLine(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether a value is a list. False for a revoked proxy, for which `Array.isArray` throws. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** `instanceof` that returns false for proxies that throw. */
export function isInstance<T>(value: unknown, of: abstract new (...args: never) => T): value is T {
  try {
    return value instanceof of;
  } catch {
    return false;
  }
}
