/** Category 6: texts are UTF-8, and one that is not ends the connection as soon as it can no longer be (RFC 6455 section 8.1). */
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

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(/[ |]/g, ''), 'hex');
const singly = (bytes: Uint8Array) => [...bytes].map((byte) => Buffer.of(byte));
const GREETING = 'Hello-µ@ßöäüàá-UTF-8!!';

const VALID: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['a greeting', Buffer.from(GREETING)],
  ['kosme', bytesOf('ce ba e1 bd b9 cf 83 ce bc ce b5')],
  ['the first character of one byte', bytesOf('00')],
  ['the first character of two bytes', bytesOf('c2 80')],
  ['the first character of three bytes', bytesOf('e0 a0 80')],
  ['the first character of four bytes', bytesOf('f0 90 80 80')],
  ['the last character of one byte', bytesOf('7f')],
  ['the last character of two bytes', bytesOf('df bf')],
  ['the last character of three bytes', bytesOf('ef bf bf')],
  ['the last character of all', bytesOf('f4 8f bf bf')],
  ['the last character before the surrogates', bytesOf('ed 9f bf')],
  ['the first character behind the surrogates', bytesOf('ee 80 80')],
  ['the replacement character', bytesOf('ef bf bd')],
  ['a byte order mark', bytesOf('ef bb bf')],
  ['a noncharacter of the basic plane', bytesOf('ef b7 90')],
  ['two noncharacters at its end', bytesOf('ef bf be ef bf bf')],
  ['noncharacters of the planes beyond', bytesOf('f0 9f bf be f0 9f bf bf f0 af bf be f3 bf bf bf f4 8f bf be')],
];

/** The bar stands where this can no longer be UTF-8, whatever follows; without one that is the end. */
const INVALID: readonly (readonly [name: string, hex: string])[] = [
  ['the smallest continuation byte alone', '80|'],
  ['the largest continuation byte alone', 'bf|'],
  ['two continuation bytes', '80|bf'],
  ['seven continuation bytes', '80|bf 80 bf 80 bf 80'],
  ['a lead byte of two and a space', 'c2 20|'],
  ['a lead byte of three and a space', 'e1 20|'],
  ['a lead byte of four and a space', 'f1 20|'],
  ['two of three bytes and a space', 'e1 80 20|'],
  ['three of four bytes and a space', 'f1 80 80 20|'],
  ['a lead byte of two without the rest', 'c2'],
  ['a lead byte of three without the rest', 'e1'],
  ['a lead byte of four without the rest', 'f1'],
  ['two of three bytes without the rest', 'ef bf'],
  ['three of four bytes without the rest', 'f4 8f bf'],
  ['incomplete characters one behind the other', 'c2 e1|80 f1 80 80'],
  ['the impossible byte fe', 'fe|'],
  ['the impossible byte ff', 'ff|'],
  ['both of them, twice', 'fe|fe ff ff'],
  ['a lead byte of five bytes', 'f8|88 80 80 80'],
  ['a lead byte of six bytes', 'fc|84 80 80 80 80'],
  ['the first character beyond the last', 'f4 90|80 80'],
  ['a lead byte beyond the last', 'f5|80 80 80'],
  ['a slash in two bytes', 'c0|af'],
  ['a slash in three bytes', 'e0 80|af'],
  ['a slash in four bytes', 'f0 80|80 af'],
  ['a slash in five bytes', 'f8|80 80 80 af'],
  ['the longest overlong form of two bytes', 'c1|bf'],
  ['the longest overlong form of three bytes', 'e0 9f|bf'],
  ['the longest overlong form of four bytes', 'f0 8f|bf bf'],
  ['NUL in two bytes', 'c0|80'],
  ['NUL in three bytes', 'e0 80|80'],
  ['NUL in four bytes', 'f0 80|80 80'],
  ['the first high surrogate', 'ed a0|80'],
  ['the last high surrogate', 'ed af|bf'],
  ['the first low surrogate', 'ed b0|80'],
  ['the last low surrogate', 'ed bf|bf'],
  ['a pair of surrogates', 'ed a0|80 ed b0 80'],
];

const KOSME = bytesOf('ce ba e1 bd b9 cf 83 ce bc ce b5');
const NO_TEXT = bytesOf('ff ed a0 80 c0 af f4 90 80 80 e1');
/** A long text, so that the whole is looked through in another way. */
const LONG = Buffer.from('κόσμε '.repeat(30));

/** How bytes are cut into writes matters to frames, and hardly to what is in them. */
const ONCE = { cuts: ['whole'] } as const;

const validCases = ([name, bytes]: (typeof VALID)[number]): Case[] => [
  passes(name, '8.1', [text(bytes)]),
  passes(`${name}, in fragments of single bytes`, '5.4', textIn(...singly(bytes)), ONCE),
  passes(`${name}, in fragments of single bytes between long ones`, '5.4', textIn(LONG, ...singly(bytes), LONG), ONCE),
];

function invalidCases([name, hex]: (typeof INVALID)[number]): Case[] {
  const bytes = bytesOf(hex);
  const whole = breaks(name, '8.1', [text(bytes)], 1007);
  if (!hex.includes('|')) return [whole, breaks(`${name}, in fragments`, '8.1', textIn(...singly(bytes)), 1007, ONCE)];
  // The peer sends nothing behind the fault, and waits: only our side can go on.
  const fault = bytesOf(hex.replace(/\|.*/, ''));
  return [
    whole,
    breaks(`${name}, in a frame without its rest`, '8.1', [{ ...text(fault), announced: 100 }], 1007),
    breaks(`${name}, in fragments without the last`, '8.1', [start(LONG), ...singly(fault).map(middle)], 1007, ONCE),
  ];
}

conform([
  passes('an empty text', '8.1', [text()]),
  passes('a text in three empty fragments', '5.4', textIn('', '', '')),
  passes('a text between empty fragments', '5.4', textIn('', GREETING, '')),
  passes('bytes that are no text, where no text is wanted', '5.6', [
    binary(NO_TEXT),
    ...fragments(OP.binary, ...singly(NO_TEXT)),
  ]),
  breaks('a text that is not UTF-8 behind one that is', '8.1', [text(KOSME), text(NO_TEXT), text('late')], 1007, {
    echoes: [echoed(KOSME)],
  }),
  breaks('a first fragment that is not UTF-8, without its rest', '8.1', [{ ...start(NO_TEXT), announced: 100 }], 1007),
  passes('characters cut by fragments, with a Ping in the cut', '5.4', [
    start(KOSME.subarray(0, 3)),
    ping('between'),
    middle(KOSME.subarray(3, 4)),
    ping(Buffer.of(0xff)),
    last(KOSME.subarray(4)),
  ]),
  passes(
    'a character cut by an empty fragment',
    '5.4',
    textIn(Buffer.of(0xe2), '', Buffer.of(0x82), '', Buffer.of(0xac)),
  ),
  ...Array.from(KOSME.subarray(0, -1), (_, i) => {
    const bytes = KOSME.subarray(0, i + 1);
    const isWhole = !bytes.toString().includes('\ufffd');
    const name = `the first ${i + 1} bytes of kosme`;
    return isWhole ? passes(name, '8.1', [text(bytes)]) : breaks(name, '8.1', [text(bytes)], 1007);
  }),
  ...VALID.flatMap(validCases),
  ...INVALID.flatMap(invalidCases),
]);
