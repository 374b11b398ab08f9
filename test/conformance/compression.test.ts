/** Categories 12 and 13: permessage-deflate (RFC 7692). */
import { constants, deflateRawSync } from 'node:zlib';
import { OP } from '../support/frame-bytes.js';
import {
  breaks,
  type Case,
  close,
  closes,
  echoed,
  type Message,
  type More,
  passes,
  ping,
  type Sent,
  text,
} from './case.js';
import { conform } from './conform.js';
import { type Deflate, deflaterFor, type Terms } from './deflate.js';

const RSV1 = 4;
const MIB = 1024 * 1024;
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** A compressed message whose payload is given as it is sent. */
const packed = (payload: Buffer, opcode: number = OP.text): Sent => ({ opcode, rsv: RSV1, payload });

/** A compressed message in fragments. */
const packedIn = (...payloads: readonly Buffer[]): Sent[] =>
  payloads.map((payload, i) => ({
    opcode: i === 0 ? OP.text : OP.continuation,
    rsv: i === 0 ? RSV1 : 0,
    fin: i === payloads.length - 1,
    payload,
  }));

/** The peer sends messages that are compressed already, and closes. */
const comesBack = (
  name: string,
  rule: string,
  sends: readonly Sent[],
  echoes: readonly Message[],
  more: More = {},
): Case => passes(name, `RFC 7692 ${rule}`, sends, { deflate: {}, ...more, echoes });

const breaksDeflate = (
  name: string,
  rule: string,
  sends: readonly Sent[],
  code: 1002 | 1007 | 1009,
  more: More = {},
): Case => breaks(name, `RFC 7692 ${rule}`, sends, code, { deflate: {}, ...more });

/** Like the messages of a service: much of each is in the one before. */
const recordOf = (i: number) =>
  JSON.stringify({ type: 'trade', id: i, symbol: `SYM${i % 7}`, price: (i * 37) % 101, side: 'buy' });

/** A text of a size, no two alike, in which much comes again. */
function recordsOf(size: number, from: number): Buffer {
  let data = '';
  for (let i = from; data.length < size; i++) data += recordOf(i);
  return Buffer.from(data.slice(0, size));
}

/** Bytes that do not compress, the same in each run. */
function noiseOf(size: number): Buffer {
  let state = size + 1;
  return Buffer.from(
    Uint8Array.from({ length: size }, () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) >> 16),
  );
}

/** Several messages that the peer compresses as was agreed on, and our side sends back compressed. */
function exchange(name: string, payloads: readonly Buffer[], deflate: Deflate, opcode: number = OP.text): Case {
  const compress = deflaterFor(deflate.peer);
  return comesBack(
    name,
    '7.2',
    payloads.map((payload) => packed(compress(payload), opcode)),
    payloads.map((payload) => echoed(payload, opcode)),
    { deflate, cuts: ['whole'] },
  );
}

const SIZES = [0, 1, 64, 1024, 4_096, 4_097, 16_385, 65_536];
const ALL_TERMS: readonly Terms[] = [false, true].flatMap((isContextFree) =>
  [undefined, 8, 9, 10, 11, 12, 13, 14, 15].map((windowBits) => ({
    isContextFree,
    ...(windowBits === undefined ? {} : { windowBits }),
  })),
);
const termsName = ({ windowBits, isContextFree }: Terms) =>
  `${windowBits === undefined ? 'no window agreed on' : `a window of ${windowBits} bits`}, ${isContextFree ? 'each message by itself' : 'context kept'}`;

const hello = deflaterFor({ isContextFree: true })('Hello');
const JSONS = Array.from({ length: 8 }, (_, i) => recordsOf(700, i));

/** Zeros that inflate to a thousand times as much as was sent: blocks that refer to nothing before them. */
const ZEROS = deflateRawSync(Buffer.alloc(16 * MIB), { finishFlush: constants.Z_FULL_FLUSH });
const bombOf = (bytes: number) => Buffer.concat(Array.from({ length: Math.floor(bytes / ZEROS.length) }, () => ZEROS));

const SMALL = { options: { maxPayloadBytes: 1_000 } };

conform([
  // The examples of the RFC, byte for byte.
  comesBack('one compressed block', '7.2.3.1', [packed(bytesOf('f2 48 cd c9 c9 07 00'))], [echoed('Hello')]),
  comesBack('two fragments', '7.2.3.1', packedIn(bytesOf('f2 48 cd'), bytesOf('c9 c9 07 00')), [echoed('Hello')]),
  comesBack(
    'a second message that refers to the first',
    '7.2.3.2',
    [packed(bytesOf('f2 48 cd c9 c9 07 00')), packed(bytesOf('f2 00 11 00 00'))],
    [echoed('Hello'), echoed('Hello')],
  ),
  comesBack(
    'a block without compression',
    '7.2.3.3',
    [packed(bytesOf('00 05 00 fa ff 48 65 6c 6c 6f 00'))],
    [echoed('Hello')],
  ),
  comesBack('a last block', '7.2.3.4', [packed(bytesOf('f3 48 cd c9 c9 07 00 00'))], [echoed('Hello')]),
  comesBack('two blocks', '7.2.3.5', [packed(bytesOf('f2 48 05 00 00 00 ff ff ca c9 c9 07 00'))], [echoed('Hello')]),
  comesBack('an empty message', '7.2.3.6', [packed(bytesOf('00'))], [echoed('')]),

  comesBack('an empty message without a single byte', '7.2.2', [packed(Buffer.alloc(0))], [echoed('')]),
  comesBack(
    'empty messages between others',
    '7.2.3.6',
    [packed(hello), packed(bytesOf('00')), packed(bytesOf('00')), packed(hello)],
    [echoed('Hello'), echoed(''), echoed(''), echoed('Hello')],
  ),
  comesBack(
    'a last block in each of three messages',
    '7.2.3.4',
    [1, 2, 3].map(() => packed(bytesOf('f3 48 cd c9 c9 07 00 00'))),
    [echoed('Hello'), echoed('Hello'), echoed('Hello')],
  ),
  comesBack(
    'messages that are not compressed between others',
    '6',
    [text('plain'), packed(hello), text('plain')],
    [echoed('plain'), echoed('Hello'), echoed('plain')],
  ),
  comesBack(
    'a plain message, which is nothing that the next can refer to',
    '7.2.3.2',
    [packed(bytesOf('f2 48 cd c9 c9 07 00')), text('plain'), packed(bytesOf('f2 00 11 00 00'))],
    [echoed('Hello'), echoed('plain'), echoed('Hello')],
  ),
  comesBack('bytes', '6', [packed(hello, OP.binary)], [echoed('Hello', OP.binary)]),
  comesBack('single bytes as fragments', '6.1', packedIn(...[...hello].map((byte) => Buffer.of(byte))), [
    echoed('Hello'),
  ]),
  comesBack('empty fragments', '6.1', packedIn(Buffer.alloc(0), hello, Buffer.alloc(0), Buffer.alloc(0)), [
    echoed('Hello'),
  ]),
  comesBack(
    'fragments flushed by themselves',
    '7.2.1',
    packedIn(Buffer.concat([hello, bytesOf('00 00 ff ff')]), hello),
    [echoed('HelloHello')],
  ),
  comesBack(
    'Pings between fragments',
    '6.1',
    packedIn(hello.subarray(0, 3), hello.subarray(3, 5), hello.subarray(5)).flatMap((each, i) => [ping(`${i}`), each]),
    [echoed('Hello')],
  ),
  comesBack(
    'two messages in fragments',
    '6.1',
    [...packedIn(hello.subarray(0, 2), hello.subarray(2)), ...packedIn(hello.subarray(0, 4), hello.subarray(4))],
    [echoed('Hello'), echoed('Hello')],
  ),
  comesBack(
    'a character cut by fragments',
    '6.1',
    packedIn(...[...deflaterFor()('κόσμε 😀')].map((byte) => Buffer.of(byte))),
    [echoed('κόσμε 😀')],
  ),
  closes(
    'a Close behind a large compressed message',
    'RFC 7692 6',
    [packed(deflaterFor()(recordsOf(100_000, 0))), close(1000)],
    1000,
    {
      deflate: {},
      echoes: [echoed(recordsOf(100_000, 0))],
    },
  ),

  // Whatever was agreed on, at either end.
  ...ALL_TERMS.flatMap((terms) => [
    exchange(`the peer compresses with ${termsName(terms)}`, JSONS, { peer: terms }),
    exchange(`our side compresses with ${termsName(terms)}`, JSONS, { ours: terms }),
  ]),
  ...ALL_TERMS.filter(({ windowBits }) => windowBits === 8 || windowBits === 15).map((terms) =>
    exchange(
      `both compress 40,000 bytes with ${termsName(terms)}`,
      [0, 1, 2].map((i) => recordsOf(40_000, i)),
      {
        peer: terms,
        ours: terms,
      },
    ),
  ),
  ...SIZES.flatMap((size) => [
    exchange(
      `texts of ${size} bytes`,
      [0, 1, 2].map((i) => recordsOf(size, i)),
      {},
    ),
    exchange(`noise of ${size} bytes`, [noiseOf(size), noiseOf(size)], {}, OP.binary),
    exchange(
      `zeros, ${size} of them`,
      [Buffer.alloc(size), Buffer.alloc(size)],
      { peer: { isContextFree: true } },
      OP.binary,
    ),
  ]),
  ...[0, 1, 9].map((level) => {
    const compress = deflaterFor({}, { level });
    return comesBack(
      `texts compressed at level ${level}`,
      '7.2.1',
      JSONS.map((each) => packed(compress(each))),
      JSONS.map((each) => echoed(each)),
    );
  }),
  ...[
    ['Huffman codes only', constants.Z_HUFFMAN_ONLY],
    ['runs only', constants.Z_RLE],
    ['fixed codes', constants.Z_FIXED],
  ].map(([name, strategy]) => {
    const compress = deflaterFor({}, { strategy: Number(strategy) });
    return comesBack(
      `texts compressed with ${name}`,
      '7.2.1',
      JSONS.map((each) => packed(compress(each))),
      JSONS.map((each) => echoed(each)),
    );
  }),
  exchange(
    'two hundred short texts',
    Array.from({ length: 200 }, (_, i) => Buffer.from(recordOf(i))),
    {},
  ),

  // What breaks the rules.
  breaksDeflate(
    'RSV1 on a middle fragment',
    '6.1',
    [...packedIn(hello.subarray(0, 3), hello.subarray(3)).slice(0, 1), { opcode: 0, fin: false, rsv: RSV1 }],
    1002,
  ),
  breaksDeflate(
    'RSV1 on a last fragment',
    '6.1',
    [...packedIn(hello.subarray(0, 3), hello).slice(0, 1), { opcode: 0, rsv: RSV1, payload: hello.subarray(3) }],
    1002,
  ),
  breaksDeflate(
    'RSV1 on a fragment of a plain message',
    '6.1',
    [
      { ...text('a'), fin: false },
      { opcode: 0, rsv: RSV1, payload: hello },
    ],
    1002,
  ),
  ...[OP.close, OP.ping, OP.pong].map((opcode) =>
    breaksDeflate(`RSV1 on opcode ${opcode}`, '6', [{ opcode, rsv: RSV1 }], 1002),
  ),
  ...[5, 6, 7, 1, 2, 3].map((rsv) =>
    breaksDeflate(`the bits ${rsv} on a text`, '6', [{ ...packed(hello), rsv }], 1002),
  ),
  breaksDeflate(
    'a compressed message before another is complete',
    '6.1',
    [{ ...packed(hello), fin: false }, packed(hello)],
    1002,
  ),
  breaksDeflate('a reserved kind of block', '7.2.2', [packed(bytesOf('ff ff ff ff'))], 1007),
  breaksDeflate('a stored block whose lengths disagree', '7.2.2', [packed(bytesOf('00 05 00 00 00 48 65'))], 1007),
  breaksDeflate(
    'such a block behind a good message',
    '7.2.2',
    [packed(hello), packed(bytesOf('00 05 00 00 00')), packed(hello)],
    1007,
    { echoes: [echoed('Hello')] },
  ),
  breaksDeflate(
    'such a block in a second fragment',
    '7.2.2',
    packedIn(Buffer.alloc(0), bytesOf('00 05 00 00 00')).slice(0, 2),
    1007,
  ),
  breaksDeflate('5,000 bytes that are not compressed', '7.2.2', [packed(Buffer.alloc(5_000, 0xff))], 1007),
  breaksDeflate('a reference to what never was', '7.2.2', [packed(bytesOf('f2 00 11 00 00'))], 1007),
  breaksDeflate(
    'a reference to a message before, where each is by itself',
    '7.1.1',
    [packed(bytesOf('f2 48 cd c9 c9 07 00')), packed(bytesOf('f2 00 11 00 00'))],
    1007,
    {
      deflate: { peer: { isContextFree: true } },
      echoes: [echoed('Hello')],
    },
  ),
  breaksDeflate('a text that is not UTF-8 once it is inflated', '6.2', [packed(deflaterFor()(Buffer.of(0xff)))], 1007),
  breaksDeflate(
    'such a text in fragments',
    '6.2',
    packedIn(...[...deflaterFor()(Buffer.of(0x61, 0xed, 0xa0, 0x80))].map((byte) => Buffer.of(byte))),
    1007,
  ),
  breaksDeflate(
    'such a text of 10,000 bytes',
    '6.2',
    [packed(deflaterFor()(Buffer.concat([recordsOf(10_000, 0), Buffer.of(0xc3)])))],
    1007,
  ),

  // Limits hold for what a message inflates to.
  comesBack(
    'a message that inflates to as much as is allowed',
    '7.2.2',
    [packed(deflaterFor()('x'.repeat(1_000)))],
    [echoed('x'.repeat(1_000))],
    SMALL,
  ),
  breaksDeflate(
    'a message that inflates to a byte more',
    '7.2.2',
    [packed(deflaterFor()('x'.repeat(1_001)))],
    1009,
    SMALL,
  ),
  breaksDeflate(
    'such a message behind a good one',
    '7.2.2',
    [packed(hello), packed(deflaterFor()('x'.repeat(1_001)))],
    1009,
    { ...SMALL, echoes: [echoed('Hello')] },
  ),
  breaksDeflate(
    'fragments that inflate to a byte more in all',
    '7.2.2',
    packedIn(Buffer.concat([deflaterFor()('x'.repeat(600)), bytesOf('00 00 ff ff')]), deflaterFor()('x'.repeat(401))),
    1009,
    SMALL,
  ),
  breaksDeflate(
    'a message of 900,000 bytes that inflates to a thousand times as much',
    '7.2.2',
    [packed(bombOf(900_000), OP.binary)],
    1009,
    {
      cuts: ['whole'],
    },
  ),
]);
