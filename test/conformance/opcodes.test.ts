/** Category 4: opcodes that mean nothing (RFC 6455 section 5.2). */
import { breaks, echoed, ping, text } from './case.js';
import { conform } from './conform.js';

const RESERVED = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];

conform(
  RESERVED.flatMap((opcode) => [
    breaks(`opcode ${opcode} without payload`, '5.2', [{ opcode }], 1002),
    breaks(`opcode ${opcode} with payload`, '5.2', [{ opcode, payload: 'reserved' }], 1002),
    breaks(`opcode ${opcode} as a first fragment`, '5.2', [{ opcode, fin: false, payload: 'reserved' }], 1002),
    breaks(`opcode ${opcode} between messages`, '5.2', [text('good'), { opcode }, text('late'), ping()], 1002, {
      echoes: [echoed('good')],
    }),
  ]),
);
