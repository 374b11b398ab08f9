/** How much of a value is written. */
export interface JsonBounds {
  /** The depth at which objects are only named. */
  readonly depth: number;
  /** How many members an object or list has at most. */
  readonly members: number;
  /** How many characters a text has at most. */
  readonly text: number;
  /** How many characters all texts and names have at most, together with 8 for each value. */
  readonly total: number;
}

/** What a viewer gets of a snapshot or an event, at most. */
export const MESSAGE_BOUNDS: JsonBounds = { depth: 12, members: 100, text: 2_000, total: 100_000 };

/** What it gets of a machine's configuration: states within states are deep, and there is one for each machine. */
export const DEFINITION_BOUNDS: JsonBounds = { depth: 40, members: 1_000, text: 2_000, total: 1_000_000 };

const UNREADABLE = '[unreadable]';

/**
 * Returns a value as JSON can hold it, whatever the value is: circles, `BigInt`, functions, getters that throw, and
 * values without end become short texts. Never throws.
 */
export function boundedJson(value: unknown, bounds: JsonBounds): unknown {
  return new Writer(bounds).written(value, 0);
}

/** Writes one value within its bounds. */
class Writer {
  readonly #bounds: JsonBounds;
  readonly #above = new Set<object>();
  #left: number;

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds;
    this.#left = bounds.total;
  }

  written(value: unknown, depth: number): unknown {
    this.#left -= 8;
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'bigint':
        return this.#text(`${value}n`);
      case 'symbol':
        return this.#text(String(value));
      case 'function':
        return { type: this.#text(nameOf(value)) };
      case 'object':
        return value === null ? value : this.#object(value, depth);
      default:
        return value;
    }
  }

  #object(value: object, depth: number): unknown {
    if (this.#above.has(value)) return '[Circular]';
    this.#above.add(value);
    try {
      return this.#members(value, depth);
    } catch {
      return UNREADABLE;
    } finally {
      this.#above.delete(value);
    }
  }

  #members(value: object, depth: number): unknown {
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    const isList = Array.isArray(value);
    if (depth >= this.#bounds.depth || this.#left <= 0) return isList ? '[Array]' : '[Object]';
    const { toJSON } = value as { readonly toJSON?: unknown };
    if (typeof toJSON === 'function') {
      const plain: unknown = toJSON.call(value, '');
      if (plain !== value) return this.written(plain, depth + 1);
    }
    if (value instanceof Error) return { name: this.#text(value.name), message: this.#text(value.message) };
    if (value instanceof Map || value instanceof Set) return `[${value.constructor.name} of ${value.size}]`;
    return isList ? this.#list(value, depth) : this.#entries(value, depth);
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const written: unknown[] = [];
    for (let i = 0; i < list.length; i += 1) {
      if (i === this.#bounds.members || this.#left <= 0) {
        written.push(`[${list.length - i} more]`);
        break;
      }
      written.push(this.#member(() => list[i], depth));
    }
    return written;
  }

  #entries(value: object, depth: number): Record<string, unknown> {
    const written: [string, unknown][] = [];
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      if (written.length === this.#bounds.members || this.#left <= 0) {
        written.push(['...', '[more]']);
        break;
      }
      written.push([this.#text(key), this.#member(() => (value as Record<string, unknown>)[key], depth)]);
    }
    return Object.fromEntries(written);
  }

  #member(get: () => unknown, depth: number): unknown {
    try {
      return this.written(get(), depth + 1);
    } catch {
      return UNREADABLE;
    }
  }

  #text(text: string): string {
    const most = Math.max(0, Math.min(this.#bounds.text, this.#left));
    this.#left -= Math.min(text.length, most);
    return text.length <= most ? text : `${text.slice(0, most)}...`;
  }
}

function nameOf(value: object): string {
  const { name } = value as { readonly name?: unknown };
  return typeof name === 'string' ? name : '';
}
