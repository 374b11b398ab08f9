/** Category 9: large messages, many fragments, many messages; and what is beyond the limits (RFC 6455 sections 7.4.1 and 10.4). */
import { OP } from '../support/frame-bytes.js';
import {
  binary,
  breaks,
  type Case,
  echoed,
  fragments,
  last,
  middle,
  passes,
  ping,
  start,
  text,
  textIn,
} from './case.js';
import { conform } from './conform.js';

const KIB = 1024;
const MIB = 1024 * KIB;

const lettersOf = (size: number) => Buffer.alloc(size, 'BAsd7&jh23');
const bytesOf = (size: number) => Buffer.alloc(size, Buffer.of(0x00, 0xfe, 0xc0, 0x80, 0xff, 0x7f, 0x01));

const piecesOf = (data: Buffer, size: number) =>
  Array.from({ length: Math.ceil(data.length / size) }, (_, i) => data.subarray(i * size, (i + 1) * size));

/** A large message: whole, in fragments, and in small writes. */
function large(size: number, fragmentSizes: readonly number[], writes: readonly number[]): Case[] {
  const whole = { cuts: ['whole'] } as const;
  const options = { maxPayloadBytes: size };
  const kib = `${size / KIB} KiB`;
  return [
    passes(`a text of ${kib}`, '5.2', [text(lettersOf(size))], { ...whole, options }),
    passes(`${kib} that are no text`, '5.2', [binary(bytesOf(size))], { ...whole, options }),
    ...fragmentSizes.flatMap((each) => [
      passes(`a text of ${kib} in fragments of ${each} bytes`, '5.4', textIn(...piecesOf(lettersOf(size), each)), {
        ...whole,
        options,
      }),
      passes(`${kib} in fragments of ${each} bytes`, '5.4', fragments(OP.binary, ...piecesOf(bytesOf(size), each)), {
        ...whole,
        options,
      }),
    ]),
    ...writes.map((each) =>
      passes(`a text of ${kib} in writes of ${each} bytes`, '5.2', [text(lettersOf(size))], { cuts: [each], options }),
    ),
  ];
}

/** Many messages, which come back in order. */
const many = (count: number, size: number, frameOf: typeof text) =>
  passes(
    `${count} messages of ${size} bytes, opcode ${frameOf().opcode}`,
    '5.4',
    Array.from({ length: count }, () => frameOf(lettersOf(size))),
    {
      cuts: ['whole'],
    },
  );

const SMALL = { maxPayloadBytes: 1_000 };
const FEW = { maxFragments: 3 };
const toSmall = { options: SMALL };
const toFew = { options: FEW };
const announced = (bytes: number) => ({ ...binary(), announced: bytes });

conform([
  ...large(64 * KIB, [64, 1 * KIB, 16 * KIB], [1 * KIB]),
  ...large(256 * KIB, [4 * KIB], [16 * KIB]),
  ...large(MIB, [256 * KIB], [64 * KIB]),
  ...[0, 256, 4 * KIB].flatMap((size) => [many(200, size, text), many(200, size, binary)]),

  passes('a message as long as is allowed', '10.4', [text('x'.repeat(1_000))], toSmall),
  passes('two such messages', '10.4', [binary(bytesOf(1_000)), binary(bytesOf(1_000))], toSmall),
  passes(
    'a message in fragments that is as long as is allowed',
    '10.4',
    textIn('x'.repeat(600), '', 'x'.repeat(400)),
    toSmall,
  ),
  passes('a message of as many fragments as are allowed', '10.4', textIn('a', 'b', 'c'), toFew),
  passes(
    'control frames between them, which count for nothing',
    '10.4',
    [start('a'), ping('1'), middle('b'), ping('2'), last('c')],
    toFew,
  ),
  breaks('a message of one byte too many', '7.4.1', [text('x'.repeat(1_001))], 1009, toSmall),
  breaks('such a message behind a good one', '7.4.1', [text('good'), binary(bytesOf(1_001)), text('late')], 1009, {
    ...toSmall,
    echoes: [echoed('good')],
  }),
  breaks('fragments of one byte too many in all', '7.4.1', textIn('x'.repeat(600), 'x'.repeat(401)), 1009, toSmall),
  breaks('one fragment too many', '7.4.1', textIn('a', 'b', 'c', 'd'), 1008, toFew),
  breaks('one fragment too many, though it is empty', '7.4.1', textIn('a', '', '', ''), 1008, toFew),
  // The header says it: nothing of the payload comes, and our side does not wait for it.
  ...[1_001, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 62].map((bytes) =>
    breaks(`the header of a message of ${bytes} bytes`, '7.4.1', [announced(bytes)], 1009, toSmall),
  ),
  breaks(
    'the header of a last fragment of too many bytes',
    '7.4.1',
    [start('x'), { ...last(''), announced: 1_000 }],
    1009,
    toSmall,
  ),
  breaks('a length whose highest bit is set', '5.2', [announced(2 ** 63)], 1009, toSmall),
]);
