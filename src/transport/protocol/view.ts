/** Node's own class of buffers: what it makes them by. */
type ViewClass = new (memory: ArrayBufferLike, byteOffset: number, length: number) => Buffer;

const ViewOf = findViewClass();

/** The memory of larger buffers is not kept: it would be as long as no view is made of another one. */
const MOST_KEPT = 64 * 1024;

/** The last of the other buffers that a view was made of, and where it is. */
let viewed: Buffer | undefined;
let memory: ArrayBufferLike;
let offset = 0;

/**
 * A view of part of a buffer. `subarray` returns the same in twice the time: it looks at its arguments first. And for
 * V8 to find the memory of a buffer takes as long as to make a view, so where the last one is, is kept.
 *
 * @param from at least 0.
 * @param to at most the buffer's length, and not below `from`.
 */
export function viewOf(bytes: Buffer, from: number, to: number): Buffer {
  if (ViewOf === undefined) return bytes.subarray(from, to);
  if (bytes === viewed) return new ViewOf(memory, offset + from, to - from);
  const { buffer, byteOffset } = bytes;
  if (buffer.byteLength <= MOST_KEPT) {
    viewed = bytes;
    memory = buffer;
    offset = byteOffset;
  }
  return new ViewOf(buffer, byteOffset + from, to - from);
}

/** What typed arrays of this class are made by when parts of them are. Where it is `Buffer`, `new` is deprecated. */
function findViewClass(): ViewClass | undefined {
  const species: unknown = Reflect.get(Buffer, Symbol.species);
  const isOwn = typeof species === 'function' && species !== Buffer && species.prototype === Buffer.prototype;
  return isOwn ? (species as ViewClass) : undefined;
}
