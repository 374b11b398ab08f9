/** How binary messages are handed out: whole, as an `ArrayBuffer`, as a list of parts, or as a `Blob`. */
export type BinaryType = 'nodebuffer' | 'arraybuffer' | 'fragments';

/** What a listener of 'message' gets: texts always as a `Buffer`. */
export type RawData = Buffer | ArrayBuffer | Buffer[];

export const BINARY_TYPES: readonly string[] = ['nodebuffer', 'arraybuffer', 'fragments', 'blob'];

/** Makes of a binary message what `binaryType` asks for. */
export function asBinaryType(data: Buffer, type: BinaryType | 'blob'): RawData {
  switch (type) {
    case 'nodebuffer':
      return data;
    case 'arraybuffer':
      return ownMemory(data);
    case 'fragments':
      return [data];
    case 'blob':
      return new Blob([ownMemory(data)]) as unknown as RawData;
  }
}

/** The bytes in an `ArrayBuffer` of their own: that of a Buffer is shared with others. */
function ownMemory(data: Buffer): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = data;
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) return buffer;
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}

/**
 * The bytes of what a user sends, as ws takes it: bytes in any form are not copied; anything else is what
 * `Buffer.from` makes of it.
 *
 * @throws {TypeError} for what `Buffer.from` does not take.
 */
export function toBuffer(data: unknown): Buffer {
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(data as string);
}

const MOST_CONTROL_BYTES = 125;

/**
 * The payload of a Ping or Pong, as ws takes it.
 *
 * @throws {TypeError} for what `Buffer.from` does not take; {RangeError} for more than 125 bytes.
 */
export function toControlPayload(data: unknown): Blob | Buffer {
  const payload = data instanceof Blob ? data : toBuffer(data);
  if (sizeOf(payload) > MOST_CONTROL_BYTES)
    throw new RangeError(`The data size must not be greater than ${MOST_CONTROL_BYTES} bytes`);
  return payload;
}

/** The size of what a user sends, in bytes. */
export function sizeOf(data: unknown): number {
  if (data instanceof Blob) return data.size;
  return typeof data === 'string' ? Buffer.byteLength(data) : toBuffer(data).length;
}
