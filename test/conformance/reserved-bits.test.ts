/** Category 3: reserved bits, where no extension gives them a meaning (RFC 6455 section 5.2). */
import { binary, breaks, close, echoed, last, ping, pong, start, text } from './case.js';
import { conform } from './conform.js';

const FRAMES = [
  ['a text', text('x')],
  ['an empty text', text()],
  ['bytes', binary('x')],
  ['a Ping', ping('x')],
  ['a Pong', pong('x')],
  ['a Close', close(1000)],
] as const;

conform([
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((rsv) =>
    FRAMES.map(([name, parts]) => breaks(`${name} with the bits ${rsv}`, '5.2', [{ ...parts, rsv }], 1002)),
  ),
  ...[1, 2, 4].flatMap((rsv) => [
    breaks(`a first fragment with the bits ${rsv}`, '5.2', [{ ...start('a'), rsv }], 1002),
    breaks(`a last fragment with the bits ${rsv}`, '5.2', [start('a'), { ...last('b'), rsv }], 1002),
    breaks(
      `a text with the bits ${rsv} behind a good one`,
      '5.2',
      [text('good'), { ...text('x'), rsv }, ping()],
      1002,
      {
        echoes: [echoed('good')],
      },
    ),
  ]),
]);
