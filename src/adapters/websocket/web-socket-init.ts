import type { HeaderFields } from '../../index.js';
import { resolveHeaders } from '../../supervisor/options/handshake-options.js';
import { read } from '../../transport/read-options.js';
import { toText, toTexts } from './conversions.js';

/** What errors call the option. */
const HEADERS = 'WebSocket: headers';

/** Header fields in the forms that Node's own class takes beside ours: this class can then be given where that can. */
type NodeHeaders = readonly (readonly string[])[] | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Settings of one socket, in the place of its subprotocols. Other members are ignored, as in browsers. */
export interface WebSocketInit {
  /** Subprotocols offered, by preference. Default none. */
  readonly protocols?: string | readonly string[] | undefined;
  /**
   * Header fields of the opening handshake, as Node's own class takes them; browsers have none. A list of values is
   * sent as one, and `undefined` is not sent. Where those of the class have one of the same name, this one is sent.
   * Default none.
   */
  readonly headers?: HeaderFields | NodeHeaders | undefined;
}

/** What the second argument of the constructor says. */
export interface Wanted {
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/**
 * Converts the second argument: the type `(DOMString or sequence<DOMString> or WebSocketInit)` of Web IDL, for which an
 * object that can be iterated is a sequence, and any other one a dictionary, as `null` is an empty one.
 *
 * @throws what the conversion of a value throws; {OptionError} for header fields that are not allowed.
 */
export function toWanted(value: unknown): Wanted {
  if (value === undefined || value === null) return { protocols: [], headers: undefined };
  if (typeof value !== 'object' && typeof value !== 'function')
    return { protocols: [toText(value)], headers: undefined };
  const method: unknown = (value as Partial<Iterable<unknown>>)[Symbol.iterator];
  if (method !== undefined && method !== null) return { protocols: toTexts(value), headers: undefined };
  // By the names' order, as Web IDL reads dictionaries.
  const { headers, protocols } = value as WebSocketInit;
  return {
    headers: headers === undefined ? undefined : fieldsOf(headers),
    protocols: protocols === undefined ? [] : toTexts(protocols),
  };
}

function fieldsOf(headers: HeaderFields | NodeHeaders): Readonly<Record<string, string>> {
  const texts = read(() => joined(headers), HEADERS);
  return resolveHeaders(texts, HEADERS);
}

/** An object with lists of values has texts in their place. Anything else is as it was. */
function joined(headers: HeaderFields | NodeHeaders): HeaderFields {
  const isObject = typeof headers === 'object' && headers !== null && !(Symbol.iterator in headers);
  const entries: readonly [name: string, value: unknown][] = isObject ? Object.entries(headers) : [];
  if (entries.every(([, value]) => typeof value === 'string')) return headers as HeaderFields;
  const isList = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === 'string');
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, isList(value) ? value.join(', ') : value]),
  ) as HeaderFields;
}
