/** Category 5: fragments, and control frames between them (RFC 6455 section 5.4). */
import { OP } from '../support/frame-bytes.js';
import {
  breaks,
  close,
  closes,
  echoed,
  fragments,
  last,
  middle,
  passes,
  ping,
  pong,
  start,
  text,
  textIn,
} from './case.js';
import { conform } from './conform.js';

const NOTHING_TO_CONTINUE = [
  ['a last fragment', last('continues nothing')],
  ['a middle fragment', middle('continues nothing')],
] as const;

conform([
  breaks('a Ping in two fragments', '5.5', [{ ...ping('fragment'), fin: false }, last('fragment')], 1002),
  breaks('a Pong in two fragments', '5.5', [{ ...pong('fragment'), fin: false }, last('fragment')], 1002),
  breaks('a Close in two fragments', '5.5', [{ ...close(1000), fin: false }, last('fragment')], 1002),

  passes('a text in two fragments', '5.4', textIn('fragment1', 'fragment2')),
  passes('bytes in two fragments', '5.4', fragments(OP.binary, 'fragment1', 'fragment2')),
  passes('two texts in fragments', '5.4', [...textIn('a', 'b'), ...textIn('c', 'd')]),
  passes('a text in fragments of single bytes', '5.4', textIn(...'a text in fragments'.split(''))),
  passes('a text in empty fragments', '5.4', textIn('', '', '')),
  passes('a text with empty fragments between', '5.4', textIn('a', '', 'b', '', '')),
  passes('a message without fragments behind one with', '5.4', [...textIn('a', 'b'), text('c')]),
  passes('a Ping between two fragments', '5.4', [start('fragment1'), ping('between'), last('fragment2')]),
  passes('a Pong between two fragments', '5.4', [start('fragment1'), pong('between'), last('fragment2')]),
  passes('Pings between five fragments', '5.4', [
    start('1'),
    middle('2'),
    ping('first'),
    middle('3'),
    middle('4'),
    ping('second'),
    last('5'),
  ]),
  passes('Pings between the fragments of two messages', '5.4', [
    start('1'),
    ping('first'),
    last('2'),
    start('3', OP.binary),
    ping('second'),
    last('4'),
  ]),
  passes('fragments of all length forms', '5.4', textIn('a', 'b'.repeat(126), 'c'.repeat(65_536), 'd')),
  closes('a Close between two fragments', '5.5.1', [start('a'), close(1000), last('b')], 1000, { echoes: [] }),

  ...NOTHING_TO_CONTINUE.flatMap(([name, fragment]) => [
    breaks(`${name} at the start`, '5.4', [fragment, text('late')], 1002),
    breaks(`${name} behind a whole message`, '5.4', [text('good'), fragment, text('late')], 1002, {
      echoes: [echoed('good')],
    }),
    breaks(`${name} behind a message in fragments`, '5.4', [...textIn('a', 'b'), fragment, text('late')], 1002, {
      echoes: [echoed('ab')],
    }),
  ]),
  breaks('a text before another is complete', '5.4', [start('fragment1'), text('fragment2')], 1002),
  breaks('bytes before a text is complete', '5.4', [start('a'), start('b', OP.binary), last('c')], 1002),
  breaks('a first fragment before a text is complete', '5.4', [start('a'), start('b'), last('c')], 1002),
  breaks('a text, behind a Ping, before another is complete', '5.4', [start('a'), ping('good'), text('b')], 1002, {
    pongs: [Buffer.from('good')],
  }),
]);
