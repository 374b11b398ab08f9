/** Category 1 of Autobahn's suite: frames of all lengths, and masks (RFC 6455 sections 5.1 to 5.3). */
import { binary, breaks, close, echoed, passes, ping, type Sent, text } from './case.js';
import { conform } from './conform.js';

const SIZES = [0, 1, 125, 126, 127, 128, 255, 256, 32_768, 65_535, 65_536, 65_537, 150_000];
const bytesOf = (size: number) => Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 7) & 0xff));
const wrongly = (parts: Sent): Sent => ({ ...parts, isMaskedWrongly: true });

conform([
  ...SIZES.map((size) => passes(`a text of ${size} bytes`, '5.2', [text('*'.repeat(size))])),
  ...SIZES.map((size) => passes(`${size} bytes`, '5.2', [binary(bytesOf(size))])),
  // Section 5.2 asks a sender for the shortest form, and does not ask a receiver to refuse others.
  ...([16, 64] as const).flatMap((lengthBits) =>
    [0, 125].map((size) =>
      passes(`a text of ${size} bytes whose length is written in ${lengthBits} bits`, '5.2', [
        text('*'.repeat(size), { lengthBits }),
      ]),
    ),
  ),
  passes('many small messages in one write', '5.2', [
    ...Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? text(`${i}`) : binary(`${i}`))),
  ]),
  ...[text('x'), binary('x'), ping('x'), close(1000)].map((parts) =>
    breaks(
      `a mask where none may be, or none where one must be, on opcode ${parts.opcode}`,
      '5.1',
      [wrongly(parts)],
      1002,
    ),
  ),
  breaks('a wrong mask on the second message', '5.1', [text('a'), wrongly(text('b'))], 1002, { echoes: [echoed('a')] }),
]);
