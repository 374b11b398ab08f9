/** Category 2: Pings and Pongs (RFC 6455 sections 5.5.2 and 5.5.3). */
import { breaks, passes, ping, pong, text } from './case.js';
import { conform } from './conform.js';

const BYTES = Buffer.of(0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff);
const LONGEST = Buffer.alloc(125, 0xfe);
const TOO_LONG = Buffer.alloc(126, 0xfe);
const TEN = Array.from({ length: 10 }, (_, i) => ping(`payload-${i}`));

conform([
  passes('a Ping without payload', '5.5.2', [ping()]),
  passes('a Ping with a text', '5.5.2', [ping('Hello, world!')]),
  passes('a Ping with bytes that are no text', '5.5.2', [ping(BYTES)]),
  passes('a Ping of 125 bytes', '5.5', [ping(LONGEST)]),
  passes('ten Pings', '5.5.2', TEN),
  passes(
    'ten Pings between ten messages',
    '5.5.2',
    TEN.flatMap((each, i) => [each, text(`message ${i}`)]),
  ),
  passes('a Ping whose length is written in 7 bits only', '5.5', [{ ...ping('x'), lengthBits: 7 }]),
  passes('a Pong that nobody asked for', '5.5.3', [pong()]),
  passes('such a Pong with payload', '5.5.3', [pong('unsolicited')]),
  passes('such a Pong of 125 bytes', '5.5.3', [pong(LONGEST)]),
  passes('such a Pong before a Ping', '5.5.3', [pong('unsolicited'), ping('payload')]),
  passes(
    'a hundred such Pongs',
    '5.5.3',
    Array.from({ length: 100 }, () => pong('x')),
  ),
  breaks('a Ping of 126 bytes', '5.5', [ping(TOO_LONG)], 1002),
  breaks('a Pong of 126 bytes', '5.5', [pong(TOO_LONG)], 1002),
  breaks('a Ping of 65,536 bytes', '5.5', [ping(Buffer.alloc(65_536))], 1002),
  breaks('a Ping whose short length is written in 16 bits', '5.5', [{ ...ping('x'), lengthBits: 16 }], 1002),
  breaks('a Ping whose short length is written in 64 bits', '5.5', [{ ...ping('x'), lengthBits: 64 }], 1002),
  // The header says it: nothing has to come of the payload.
  breaks('the header of a Ping of 126 bytes', '5.5', [{ ...ping(), announced: 126 }], 1002),
  breaks('a Ping of 126 bytes behind a good one', '5.5', [ping('good'), ping(TOO_LONG), ping('late')], 1002, {
    pongs: [Buffer.from('good')],
  }),
]);
