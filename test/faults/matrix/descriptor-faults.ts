import { type Fault, harmless, neverOpened } from './table.js';

/** The fault of a process that has no file descriptor left. */
export const DESCRIPTOR_FAULTS: readonly Fault<'EMFILE'>[] = [
  {
    name: 'EMFILE',
    how: 'This process opens files until `ulimit -n` allows no more.',
    strike: 'EMFILE',
    rows: [
      {
        phase: 'connecting',
        role: 'dialed',
        moment: 'first',
        outcome: neverOpened('dial-failed', 'network', 'EMFILE'),
        within: 'at once',
        why: 'There is no descriptor for a socket.',
      },
      {
        phase: 'connecting',
        role: 'accepted',
        moment: 'first',
        outcome: { is: 'dropped', cause: 'EMFILE' },
        within: '1 s',
        why: 'Node.js drops the client without an event: the listener looks once a second, and lets clients in again afterwards.',
      },
      ...harmless<'EMFILE'>('second', {
        open: 'An open connection needs no descriptor more.',
        closing: 'A closing connection needs none either.',
      }),
    ],
  },
];
