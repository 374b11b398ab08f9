import { expect, test } from 'vitest';
import { endOfSocket, type SeenOfSocket } from '../../../src/transport/ws/end-of-socket.js';

const NOTHING = { frames: 0, bytes: 0 };
const OURS = { code: 4001, reason: 'ours' };
const THEIRS = { code: 4002, reason: 'theirs' };
const reset = new Error('read ECONNRESET');

const end = (seen: Partial<SeenOfSocket>) =>
  endOfSocket({
    sent: undefined,
    received: undefined,
    cause: undefined,
    isTerminated: false,
    isFinReceived: false,
    unconfirmed: NOTHING,
    discarded: NOTHING,
    ...seen,
  });

test.each<[string, Partial<SeenOfSocket>, ReturnType<typeof end>]>([
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
    { unconfirmed: { frames: 2, bytes: 7 }, discarded: { frames: 1, bytes: 4 } },
    { kind: 'socket-ended', unconfirmed: { frames: 2, bytes: 7 }, discarded: { frames: 1, bytes: 4 } },
  ],
])('after %s', (_name, seen, expected) => {
  expect(end(seen)).toEqual(expected);
});
