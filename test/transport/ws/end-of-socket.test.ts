import { expect, test } from 'vitest';
import { type Account, Ending, endOfSocket } from '../../../src/transport/ws/end-of-socket.js';

const NOTHING = { frames: 0, bytes: 0 };
const OURS = { code: 4001, reason: 'ours' };
const THEIRS = { code: 4002, reason: 'theirs' };
const reset = new Error('read ECONNRESET');

type Seen = Partial<Ending & Account>;

const end = ({ unconfirmed = NOTHING, unwritten = NOTHING, discarded = NOTHING, ...seen }: Seen) =>
  endOfSocket(Object.assign(new Ending(), seen), { unconfirmed, unwritten, discarded });

test.each<[string, Seen, ReturnType<typeof end>]>([
  ['nothing at all', {}, { kind: 'socket-ended', unconfirmed: NOTHING }],
  ['a FIN', { isFinReceived: true }, { kind: 'socket-ended', unconfirmed: NOTHING }],
  ['a reset', { cause: reset }, { kind: 'socket-error', cause: reset, unconfirmed: NOTHING }],
  // The peer had ended by itself: that a write behind its back failed did not end it.
  ['an error after a FIN', { cause: reset, isFinReceived: true }, { kind: 'socket-ended', cause: reset, unconfirmed: NOTHING }],
  ['terminate', { isTerminated: true }, { kind: 'terminated', unconfirmed: NOTHING }],
  ['one Close', { sent: OURS }, { kind: 'socket-ended', sent: OURS, unconfirmed: NOTHING }],
  ['both Closes', { sent: OURS, received: THEIRS }, { kind: 'closed', sent: OURS, received: THEIRS, unconfirmed: NOTHING }],
  ['terminate after both Closes', { sent: OURS, received: THEIRS, isTerminated: true }, { kind: 'closed', sent: OURS, received: THEIRS, unconfirmed: NOTHING }],
  ['what is unconfirmed', { unconfirmed: { frames: 2, bytes: 7 } }, { kind: 'socket-ended', unconfirmed: { frames: 2, bytes: 7 } }],
  [
    'what was discarded',
    { unconfirmed: { frames: 3, bytes: 9 }, unwritten: { frames: 2, bytes: 7 }, discarded: { frames: 1, bytes: 4 } },
    { kind: 'socket-ended', unconfirmed: { frames: 3, bytes: 9 }, unwritten: { frames: 2, bytes: 7 }, discarded: { frames: 1, bytes: 4 } },
  ],
  // The peer has read what precedes our Close, or reads it before it lets go; what never left it cannot have.
  [
    'both Closes, for what the kernel has taken',
    { sent: OURS, received: THEIRS, unconfirmed: { frames: 3, bytes: 9 }, unwritten: { frames: 2, bytes: 7 } },
    { kind: 'closed', sent: OURS, received: THEIRS, unconfirmed: { frames: 2, bytes: 7 }, unwritten: { frames: 2, bytes: 7 } },
  ],
])('after %s', (_name, seen, expected) => {
  expect(end(seen)).toEqual(expected);
});
