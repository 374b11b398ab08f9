/** Category 7: the closing handshake (RFC 6455 sections 5.5.1, 7.1, and 7.4). */
import { OP } from '../support/frame-bytes.js';
import { binary, breaks, close, closes, echoed, last, ping, start, text } from './case.js';
import { conform } from './conform.js';

const VALID = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const INVALID = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 65_535];
const NO_TEXT = Buffer.from('κόσμε').subarray(0, -1);

conform([
  closes('a Close behind a message', '5.5.1', [text('Hello'), close(1000)], 1000),
  closes('a Close behind 100,000 bytes', '5.5.1', [binary(Buffer.alloc(100_000, 'x')), close(1000)], 1000),
  closes(
    'a Close behind a hundred messages',
    '5.5.1',
    [...Array.from({ length: 100 }, (_, i) => text(`${i}`)), close(1000)],
    1000,
  ),
  closes('a Close behind a Ping', '5.5.1', [ping('before'), close(1000)], 1000),
  // Nothing behind a Close is read.
  closes('a second Close behind the first', '5.5.1', [close(1000), close(1001)], 1000),
  closes('a Ping behind the Close', '5.5.1', [close(1000), ping('late')], 1000, { pongs: [] }),
  closes('a text behind the Close', '5.5.1', [close(1000), text('late')], 1000, { echoes: [] }),
  closes('a broken frame behind the Close', '5.5.1', [close(1000), { opcode: 3, rsv: 7 }], 1000, { echoes: [] }),
  closes('a fragment on either side of the Close', '5.5.1', [start('a'), close(1000), last('b')], 1000, { echoes: [] }),
  closes('half a message in front of the Close', '5.5.1', [start('a'), close(1000)], 1000),

  closes('a Close without payload', '5.5.1', [close()], 1005),
  breaks('a Close with one byte', '5.5.1', [{ opcode: OP.close, payload: Buffer.of(3) }], 1002),
  closes('a Close with a code', '5.5.1', [close(1000)], 1000),
  closes('a Close with a code and a reason', '5.5.1', [close(1000, 'done')], 1000, {}, 'done'),
  closes('a Close with a reason beyond ASCII', '5.5.1', [close(1000, 'κόσμε 😀')], 1000, {}, 'κόσμε 😀'),
  closes('a Close with the longest reason', '5.5', [close(1000, '*'.repeat(123))], 1000, {}, '*'.repeat(123)),
  breaks('a Close with a reason that is too long', '5.5', [close(1000, '*'.repeat(124))], 1002),
  breaks('a Close with a reason that is not UTF-8', '5.5.1', [close(1000, NO_TEXT)], 1007),
  breaks('a Close with a surrogate in its reason', '5.5.1', [close(1000, Buffer.of(0xed, 0xa0, 0x80))], 1007),
  breaks('such a Close behind a message', '5.5.1', [text('good'), close(1000, NO_TEXT)], 1007, {
    echoes: [echoed('good')],
  }),

  ...VALID.flatMap((code) => [
    closes(`the code ${code}`, '7.4', [close(code)], code),
    closes(`the code ${code} with a reason`, '7.4', [close(code, 'why')], code, {}, 'why'),
  ]),
  ...INVALID.flatMap((code) => [
    breaks(`the code ${code}`, '7.4', [close(code)], 1002),
    breaks(`the code ${code} with a reason`, '7.4', [close(code, 'why')], 1002),
  ]),
]);
