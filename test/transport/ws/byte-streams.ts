import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { closeBytes, type FrameParts, frameBytes, OP } from '../../support/frame-bytes.js';
import { compressedBy, type HeaderParams, type Place, type WsDeflate } from './reader-events.js';

/** Limits so small that random streams meet them. */
export const LIMITS = { maxPayloadBytes: 66_000, maxFragments: 6 };

/**
 * One message or control frame on its way to becoming bytes: its fragments, and whether the message is to be
 * compressed.
 */
export interface Item {
  readonly frames: readonly FrameParts[];
  /** Compress the payloads of the data frames as one message. */
  readonly isCompressed?: boolean;
  /** Turn one bit of the compressed bytes round: the place, as a part of the first such frame that has any. */
  readonly damage?: number;
}

const isControl = ({ opcode }: FrameParts) => opcode >= OP.close;

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

/** Lengths at which the header changes its shape, up to more than one read of a socket. */
const sized = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(63, 64, 65, 125, 126, 127, 191, 192, 193, 1000) },
  { weight: 1, arbitrary: fc.constantFrom(65_535, 65_536, 65_999, 66_000) },
);

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text)),
  sized.map((size) => Buffer.from('ä€😀x'.repeat(size)).subarray(0, size - (size % 10))),
);

/** Bytes that do not compress, and are long then too: those are inflated in the background. */
const noise = fc
  .record({ size: fc.constantFrom(4_000, 4_090, 4_096, 9_000, 40_000), from: fc.nat({ max: 1_000_000 }) })
  .map(({ size, from }) => {
    let state = from;
    return Buffer.from(
      Uint8Array.from({ length: size }, () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) >> 16),
    );
  });

const payloads = fc.oneof(
  { weight: 3, arbitrary: fc.record({ opcode: fc.constant(OP.text), payload: texts }) },
  { weight: 3, arbitrary: fc.record({ opcode: fc.constant(OP.binary), payload: bytes(80) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      opcode: fc.constant(OP.binary),
      payload: sized.map((size) => Buffer.alloc(size, 'wirekeeper')),
    }),
  },
  { weight: 1, arbitrary: fc.record({ opcode: fc.constant(OP.binary), payload: noise }) },
);

const lengthBits = fc.constantFrom(undefined, undefined, undefined, 16 as const, 64 as const);

const whole: fc.Arbitrary<Item> = fc
  .record({ data: payloads, bits: lengthBits, isCompressed: fc.boolean() })
  .map(({ data, bits, isCompressed }) => ({ frames: [withBits({ ...data, fin: true }, bits)], isCompressed }));

/** A length may be written longer than need be: section 5.2 forbids it, and nobody minds. */
function withBits(parts: FrameParts, bits: 16 | 64 | undefined): FrameParts {
  return bits === undefined || (parts.payload?.length ?? 0) > 65_535 ? parts : { ...parts, lengthBits: bits };
}

const pings: fc.Arbitrary<FrameParts> = fc.record({ opcode: fc.constantFrom(OP.ping, OP.pong), payload: bytes(125) });

/**
 * A message in fragments, cut anywhere, in the middle of a character too, with control frames in between (section 5.4).
 */
const fragmented: fc.Arbitrary<Item> = fc
  .record({
    data: payloads,
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: LIMITS.maxFragments }),
    between: fc.array(fc.option(pings, { nil: undefined }), { maxLength: 4 }),
    isCompressed: fc.boolean(),
  })
  .map(({ data, cuts, between, isCompressed }) => {
    const bounds = [
      0,
      ...cuts.map((cut) => Math.floor(cut * data.payload.length)).sort((a, b) => a - b),
      data.payload.length,
    ];
    const frames = bounds.slice(1).flatMap((end, i): FrameParts[] => {
      const control = between[i];
      const part = {
        opcode: i === 0 ? data.opcode : OP.continuation,
        fin: i === cuts.length,
        payload: data.payload.subarray(bounds[i], end),
      };
      return control === undefined ? [part] : i === 0 ? [part, control] : [control, part];
    });
    return { frames, isCompressed };
  });

const controls: fc.Arbitrary<Item> = pings.map((parts) => ({ frames: [parts] }));

const closes: fc.Arbitrary<Item> = fc
  .oneof(
    fc.constant(closeBytes()),
    fc
      .record({
        code: fc.constantFrom(1000, 1001, 1003, 1007, 1011, 1012, 1014, 3000, 4999),
        reason: fc.string({ unit: 'grapheme', maxLength: 20 }),
      })
      .map(({ code, reason }) => closeBytes(code, reason)),
    fc
      .constantFrom(0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2999, 5000, 65_535)
      .map((code) => closeBytes(code, 'no such code')),
    fc.constant(Buffer.of(3)),
    fc.constant(closeBytes(1000, Buffer.of(0xc3, 0x28))),
    bytes(125),
  )
  .map((payload) => ({ frames: [{ opcode: OP.close, payload }] }));

const NOT_TEXT = [
  Buffer.of(0xff),
  Buffer.of(0xc0, 0x80),
  Buffer.of(0xed, 0xa0, 0x80),
  Buffer.of(0xf4, 0x90, 0x80, 0x80),
  Buffer.from('ä').subarray(0, 1),
];

/** What breaks the protocol, or one of our limits. */
const faults: fc.Arbitrary<Item> = fc
  .oneof(
    fc.record({
      opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
      rsv: fc.integer({ min: 1, max: 7 }),
      fin: fc.boolean(),
      payload: bytes(20),
    }),
    fc.record({ opcode: fc.constantFrom(3, 4, 5, 6, 7, 11, 12, 13, 14, 15), fin: fc.boolean(), payload: bytes(20) }),
    fc.record({ opcode: fc.constantFrom(OP.close, OP.ping, OP.pong), fin: fc.constant(false), payload: bytes(20) }),
    fc.record({
      opcode: fc.constantFrom(OP.close, OP.ping, OP.pong),
      payload: fc.constantFrom(126, 200, 65_536).map((size) => Buffer.alloc(size, 1)),
    }),
    fc.record({ opcode: fc.constant(OP.continuation), fin: fc.boolean(), payload: bytes(20) }),
    fc.record({
      opcode: fc.constantFrom(OP.text, OP.binary),
      payload: fc.constant(Buffer.alloc(LIMITS.maxPayloadBytes + 1, 'x')),
    }),
    fc.record({
      opcode: fc.constant(OP.binary),
      announced: fc.constantFrom(2 ** 31, 2 ** 32 + 5, 2 ** 53 - 1, 2 ** 53, 2 ** 60),
      payload: bytes(20),
    }),
    fc.record({
      opcode: fc.constant(OP.text),
      payload: fc.constantFrom(...NOT_TEXT).chain((end) => texts.map((start) => Buffer.concat([start, end]))),
    }),
    fc.record({ opcode: fc.constant(OP.binary), fin: fc.constant(false), payload: bytes(20) }),
    // What claims to be compressed and is not, or inflates to more than is allowed.
    fc.record({ opcode: fc.constant(OP.binary), rsv: fc.constant(4), payload: bytes(40) }),
    fc.constant({
      opcode: OP.text,
      rsv: 4,
      payload: deflateRawSync(Buffer.alloc(80_000, 'x'), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4),
    }),
    fc.constant({
      opcode: OP.text,
      rsv: 4,
      payload: deflateRawSync(Buffer.of(0xff), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4),
    }),
  )
  .map((parts) => ({ frames: [parts] }));

/** More fragments, or more bytes over all of them, than is allowed; or no text over all of them. */
const fragmentedFaults: fc.Arbitrary<Item> = fc
  .constantFrom(
    Array.from({ length: LIMITS.maxFragments + 2 }, () => Buffer.from('.')),
    [Buffer.alloc(40_000, 'x'), Buffer.alloc(40_000, 'x')],
    [Buffer.from('€').subarray(0, 2), Buffer.from('no continuation byte'), Buffer.from('.')],
    [Buffer.from('€').subarray(0, 1), Buffer.alloc(0), Buffer.from('€').subarray(1)],
  )
  .map((parts) => ({
    frames: parts.map((payload, i) => ({
      opcode: i === 0 ? OP.text : OP.continuation,
      fin: i === parts.length - 1,
      payload,
    })),
  }));

/** Texts one behind the other, as one who is sent more than he takes reads them. Now and then one is at fault. */
const run: fc.Arbitrary<Item> = fc
  .array(
    fc.record({
      payload: fc.oneof(
        { weight: 20, arbitrary: texts },
        { weight: 5, arbitrary: fc.integer({ min: 120, max: 5000 }).map((size) => Buffer.alloc(size, 'wirekeeper')) },
        { weight: 1, arbitrary: fc.constantFrom(...NOT_TEXT) },
      ),
      bits: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: lengthBits }),
    }),
    { minLength: 4, maxLength: 150 },
  )
  .map((all) => ({ frames: all.map(({ payload, bits }) => withBits({ opcode: OP.text, payload }, bits)) }));

/** The wrong mask bit for the direction: marked by an empty key, which `bytesOf` turns round. */
const misMasked: fc.Arbitrary<Item> = payloads.map((data) => ({ frames: [{ ...data, mask: new Uint8Array(0) }] }));

/** Compressed messages that arrive otherwise than they were sent. */
const damaged: fc.Arbitrary<Item> = fc
  .record({ item: fc.oneof(whole, fragmented), damage: fc.double({ min: 0, max: 0.999, noNaN: true }) })
  .map(({ item, damage }) => ({ ...item, isCompressed: true, damage }));

const items = fc.oneof(
  { weight: 10, arbitrary: whole },
  { weight: 5, arbitrary: fragmented },
  { weight: 5, arbitrary: controls },
  { weight: 3, arbitrary: run },
  { weight: 1, arbitrary: closes },
  { weight: 1, arbitrary: faults },
  { weight: 1, arbitrary: fragmentedFaults },
  { weight: 1, arbitrary: misMasked },
  { weight: 1, arbitrary: damaged },
);

/** What the sender and its peer have agreed on for its compression (RFC 7692 section 7.1). */
const terms = fc.record({ keepsContext: fc.boolean(), windowBits: fc.constantFrom(undefined, 8, 9, 12, 15) });

/** One random stream, how it is cut into chunks, how its reader pauses, and where chunks come. */
export const streams = fc.record({
  isServer: fc.boolean(),
  items: fc.array(items, { minLength: 1, maxLength: 14 }),
  key: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  /** Bytes that never come. */
  missing: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 40 }) }),
  /** Chunk lengths, one after the other; those that are left over come as one. */
  cuts: fc.oneof(
    fc.constant([]),
    fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 200 }),
    fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 20 }),
    fc.constant(Array.from({ length: 1500 }, () => 1)),
  ),
  isSlow: fc.boolean(),
  terms,
  pauses: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  places: fc.array(fc.constantFrom<Place>('own', 'shared page', 'page of TLS'), { minLength: 1, maxLength: 3 }),
});

export type Stream = typeof streams extends fc.Arbitrary<infer T> ? T : never;

/** What a stream's sender has agreed on, as a header has it. */
export function headerParams({ isServer, terms: { keepsContext, windowBits } }: Stream): HeaderParams {
  const sender = isServer ? 'client' : 'server';
  return {
    ...(keepsContext ? {} : { [`${sender}_no_context_takeover`]: [true] }),
    ...(windowBits === undefined ? {} : { [`${sender}_max_window_bits`]: [String(windowBits)] }),
  };
}

/** The same bytes, one bit of them turned round. */
function damagedAt(payload: Buffer, part: number): Buffer {
  const bit = Math.floor(part * payload.length * 8);
  const copy = Buffer.from(payload);
  copy[bit >> 3] = (payload[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** The frames of an item, its message compressed as a real peer would have it. */
async function compressedItem(
  { frames, isCompressed, damage }: Item,
  deflate: WsDeflate | undefined,
): Promise<readonly FrameParts[]> {
  if (isCompressed !== true || deflate === undefined) return frames;
  const result: FrameParts[] = [];
  let part = damage;
  for (const parts of frames) {
    if (isControl(parts)) {
      result.push(parts);
      continue;
    }
    const { lengthBits: _longer, ...rest } = parts;
    const compressed = await compressedBy(deflate, Buffer.from(parts.payload ?? ''), parts.fin ?? true);
    const payload = part === undefined || compressed.length === 0 ? compressed : damagedAt(compressed, part);
    if (compressed.length > 0) part = undefined;
    result.push({ ...rest, payload, rsv: parts.opcode === OP.continuation ? 0 : 4 });
  }
  return result;
}

/** The bytes of a stream in chunks; compressed messages by the sending end of `deflate`. */
export async function chunksOf(
  { items: sequence, isServer, key, missing, cuts }: Stream,
  deflate: WsDeflate | undefined,
): Promise<Buffer[]> {
  const frames: FrameParts[] = [];
  // One after the other, as their compression refers back; and zlib crashes when ws resets it while another message is
  // in it.
  for (const item of sequence) frames.push(...(await compressedItem(item, deflate)));
  const all = Buffer.concat(
    frames.map((parts) => {
      const isMasked = (parts.mask === undefined) === isServer;
      return frameBytes({ ...parts, mask: isMasked ? key : undefined });
    }),
  );
  const stream = all.subarray(0, Math.max(0, all.length - missing));
  const chunks: Buffer[] = [];
  let at = 0;
  for (const cut of cuts) {
    if (at >= stream.length) break;
    chunks.push(stream.subarray(at, at + cut));
    at += cut;
  }
  if (at < stream.length) chunks.push(stream.subarray(at));
  return chunks;
}
