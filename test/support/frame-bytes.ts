/** Bytes of one frame (RFC 6455 section 5.2), legal or not: every field is written as given. */
export interface FrameParts {
  readonly opcode: number;
  /** Default true. */
  readonly fin?: boolean;
  /** RSV1 to RSV3 in the lowest three bits, RSV1 the highest of them. Default 0. */
  readonly rsv?: number;
  readonly payload?: Uint8Array | string;
  /** The masking key; none, and no mask bit, unless given. */
  readonly mask?: Uint8Array | undefined;
  /** How many bits the payload's length is written in. Default: as few as will do. */
  readonly lengthBits?: 7 | 16 | 64;
  /** The length that is announced. Default: the payload's. */
  readonly announced?: number;
}

export const OP = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A masking key that no test depends on. */
export const KEY: Uint8Array = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

function lengthField(length: number, bits: 7 | 16 | 64, maskBit: number): Buffer {
  if (bits === 7) return Buffer.from([maskBit | length]);
  if (bits === 16) return Buffer.from([maskBit | 126, length >> 8, length & 0xff]);
  const field = Buffer.from([maskBit | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  field.writeBigUInt64BE(BigInt(length), 1);
  return field;
}

/** XORs with a key (section 5.3), one byte after the other: the plain way, to compare with. */
export function xored(bytes: Uint8Array, key: Uint8Array): Buffer {
  const result = Buffer.from(bytes);
  for (let i = 0; i < result.length; i++) result[i] = (result[i] ?? 0) ^ (key[i % 4] ?? 0);
  return result;
}

export function frameBytes({
  opcode,
  fin = true,
  rsv = 0,
  payload = '',
  mask,
  lengthBits,
  announced,
}: FrameParts): Buffer {
  const bytes = Buffer.from(payload);
  const length = announced ?? bytes.length;
  const bits = lengthBits ?? (length < 126 ? 7 : length < 65_536 ? 16 : 64);
  return Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode]),
    lengthField(length, bits, mask === undefined ? 0 : 0x80),
    mask ?? Buffer.alloc(0),
    mask === undefined ? bytes : xored(bytes, mask),
  ]);
}

/** The payload of a Close frame (section 5.5.1), with any code and any bytes as its reason. */
export function closeBytes(code?: number, reason: Uint8Array | string = ''): Buffer {
  return code === undefined
    ? Buffer.alloc(0)
    : Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}

/** What a client sends: each frame masked. */
export const masked = (parts: FrameParts): Buffer => frameBytes({ mask: KEY, ...parts });

/** Bytes cut into frames, their payloads unmasked; `rest` is what makes no whole frame. */
export interface Parsed {
  readonly frames: readonly {
    readonly fin: boolean;
    readonly rsv: number;
    readonly opcode: number;
    /** The masking key; `undefined` without mask bit. */
    readonly mask: Buffer | undefined;
    readonly payload: Buffer;
  }[];
  readonly rest: Buffer;
}

/** Cuts bytes into frames, in the plain way. */
export function parseFrames(bytes: Buffer): Parsed {
  const frames: Parsed['frames'][number][] = [];
  let rest = bytes;
  for (;;) {
    const frame = parseOne(rest);
    if (frame === undefined) return { frames, rest };
    frames.push(frame);
    rest = rest.subarray(frame.end);
  }
}

function parseOne(bytes: Buffer) {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const lengthEnd = short === 127 ? 10 : short === 126 ? 4 : 2;
  const from = lengthEnd + (second >= 0x80 ? 4 : 0);
  if (bytes.length < from) return undefined;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const end = from + length;
  if (bytes.length < end) return undefined;
  const body = bytes.subarray(from, end);
  const mask = second >= 0x80 ? Buffer.from(bytes.subarray(lengthEnd, from)) : undefined;
  const payload = mask === undefined ? Buffer.from(body) : xored(body, mask);
  return { fin: first >= 0x80, rsv: (first >> 4) & 7, opcode: first & 15, mask, payload, end };
}
