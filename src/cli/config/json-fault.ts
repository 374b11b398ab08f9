/** The place where a text stops being JSON, and what is expected there. */
export interface JsonFault {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly expected: string;
}

const SPACE = /[ \t\n\r]*/y;
/** RFC 8259 section 7 forbids the controls of ASCII only, and not DEL. */
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

/** Thrown inside this file only. */
class Fault extends Error {
  readonly at: number;
  readonly expected: string;

  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
    this.expected = expected;
  }
}

/** A reader that knows its position. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value();
    if (this.#at < this.#text.length) this.#fail('the end of the file');
  }

  #value(): void {
    this.#take(SPACE);
    if (this.#takes('{')) this.#members('}', () => this.#member());
    else if (this.#takes('[')) this.#members(']', () => this.#value());
    else if (!this.#take(SCALAR)) this.#string('a value');
    this.#take(SPACE);
  }

  /** Reads items between brackets, separated by commas. */
  #members(end: '}' | ']', member: () => void): void {
    this.#take(SPACE);
    if (this.#takes(end)) return;
    do member();
    while (this.#takes(','));
    if (!this.#takes(end)) this.#fail(`"," or "${end}"`);
  }

  #member(): void {
    this.#take(SPACE);
    this.#string('a name in double quotes');
    this.#take(SPACE);
    if (!this.#takes(':')) this.#fail('":"');
    this.#value();
  }

  #string(expected: string): void {
    if (this.#take(STRING)) return;
    this.#fail(this.#text[this.#at] === '"' ? 'a string that ends on its line, with valid escapes' : expected);
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found !== null;
  }

  #fail(expected: string): never {
    throw new Fault(this.#at, expected);
  }
}

/**
 * Finds the first place at which a text is not JSON (RFC 8259); `undefined` if it is JSON.
 *
 * The errors of `JSON.parse` in Node 20 have no line, and for short texts no place at all.
 */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    new Reader(text).document();
    return undefined;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const before = text.slice(0, fault.at).split('\n');
    return { line: before.length, column: (before.at(-1) ?? '').length + 1, expected: fault.expected };
  }
}
