/** Node's own class of buffers: what it makes them by. */
type ViewClass = new (memory: ArrayBufferLike, byteOffset: number, length: number) => Buffer;

const ViewOf = findViewClass();

/**
 * A view of part of a buffer. `subarray` returns the same in twice the time: it looks at its arguments first.
 *
 * @param from at least 0.
 * @param to at most the buffer's length, and not below `from`.
 */
export function viewOf(bytes: Buffer, from: number, to: number): Buffer {
  return ViewOf === undefined ? bytes.subarray(from, to) : new ViewOf(bytes.buffer, bytes.byteOffset + from, to - from);
}

/** What typed arrays of this class are made by when parts of them are. Where it is `Buffer`, `new` is deprecated. */
function findViewClass(): ViewClass | undefined {
  const species: unknown = Reflect.get(Buffer, Symbol.species);
  const isOwn = typeof species === 'function' && species !== Buffer && species.prototype === Buffer.prototype;
  return isOwn ? (species as ViewClass) : undefined;
}
