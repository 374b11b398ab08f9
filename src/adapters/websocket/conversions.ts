/** The conversions of Web IDL (https://webidl.spec.whatwg.org/) that the interface needs. */

/** The type DOMString. May throw what the value throws; for a symbol a TypeError, where `String` would not. */
export function toText(value: unknown): string {
  return ''.concat(value as string);
}

/** The type USVString: a text in which lone surrogates are U+FFFD. */
export function toUsvString(value: unknown): string {
  return toText(value).toWellFormed();
}

const UNSIGNED_SHORT_MAX = 65_535;

/** The type `[Clamp] unsigned short`: rounds halves to even, and anything that is no number is 0. */
export function clampUnsignedShort(value: unknown): number {
  // A BigInt has to throw; `Number` would not.
  const number = (value as number) * 1;
  if (Number.isNaN(number)) return 0;
  const clamped = Math.min(Math.max(number, 0), UNSIGNED_SHORT_MAX);
  const floor = Math.floor(clamped);
  const isUp = clamped - floor > 0.5 || (clamped - floor === 0.5 && floor % 2 === 1);
  return isUp ? floor + 1 : floor;
}

/** The type `(DOMString or sequence<DOMString>)`: each object that can be iterated is a sequence. */
export function toTexts(value: unknown): string[] {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
    const method: unknown = (value as Partial<Iterable<unknown>>)[Symbol.iterator];
    if (method !== undefined && method !== null) return Array.from(value as Iterable<unknown>, toText);
  }
  return [toText(value)];
}

/** What `send` takes, converted: a text, a copy of bytes, or a Blob, which is read later. */
export type Payload = string | Uint8Array | Blob;

/** The type `(BufferSource or Blob or USVString)`. Bytes are copied: their owner may change them afterwards. */
export function toPayload(value: unknown): Payload {
  if (ArrayBuffer.isView(value)) {
    if (!isArrayBuffer(value.buffer)) throw new TypeError('send: a view of a SharedArrayBuffer cannot be sent');
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  }
  if (isArrayBuffer(value)) return new Uint8Array(value).slice();
  return isBlob(value) ? value : toUsvString(value);
}

/** How many bytes a payload adds to `bufferedAmount`. */
export function lengthOf(payload: Payload): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return payload instanceof Uint8Array ? payload.byteLength : payload.size;
}

/** An ArrayBuffer of any realm: its class may be another one, and `instanceof` would not see it. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return tagOf(value) === '[object ArrayBuffer]';
}

/** A Blob or File, also one of another realm or of a package, which is no instance of Node's. */
function isBlob(value: unknown): value is Blob {
  const tag = tagOf(value);
  return (
    (tag === '[object Blob]' || tag === '[object File]') &&
    typeof (value as Partial<Blob>).arrayBuffer === 'function' &&
    typeof (value as Partial<Blob>).size === 'number'
  );
}

function tagOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : '';
}
