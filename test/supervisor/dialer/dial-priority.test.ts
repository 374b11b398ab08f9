import { expect, test } from 'vitest';
import {
  capsOf,
  type DialPriority,
  hasRoom,
  nextPriority,
  priorityAfter,
} from '../../../src/supervisor/dialer/dial-priority.js';

test.each([
  // in flight   unproven  failing   per host
  [1, 1, 1, 1],
  [3, 3, 1, 3],
  [9, 9, 4, 9],
  [10, 9, 5, 8],
  [100, 90, 50, 80],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
])(
  'of %d slots %d are for the unproven, %d for the failing, %d for one host',
  (inFlight, unproven, failing, perHost) => {
    expect(capsOf(inFlight)).toEqual({ all: inFlight, unproven, failing, perHost });
  },
);

test.each<[DialPriority, number, number, number, boolean]>([
  // rank        returning  first  failing  room
  ['returning', 0, 0, 0, true],
  ['returning', 0, 90, 0, true],
  ['returning', 99, 0, 0, true],
  ['returning', 100, 0, 0, false],
  ['returning', 10, 60, 30, false],
  ['first', 0, 89, 0, true],
  ['first', 0, 90, 0, false],
  ['first', 0, 50, 40, false],
  ['first', 95, 5, 0, false],
  ['failing', 0, 0, 49, true],
  ['failing', 0, 0, 50, false],
  ['failing', 0, 60, 30, false],
  ['failing', 100, 0, 0, false],
])('is there room for one more that is %s beside %d, %d, and %d? %s', (rank, returning, first, failing, room) => {
  expect(hasRoom(rank, { returning, first, failing }, capsOf(100))).toBe(room);
});

test.each<[readonly DialPriority[], number, number, number, DialPriority | undefined]>([
  // ready                                 passed over so often             next
  [[], 0, 0, 0, undefined],
  [['failing'], 0, 0, 0, 'failing'],
  [['failing', 'first', 'returning'], 0, 0, 0, 'returning'],
  [['failing', 'first'], 0, 2, 2, 'first'],
  [['returning', 'failing'], 0, 0, 2, 'returning'],
  [['returning', 'failing'], 0, 0, 3, 'failing'],
  [['returning', 'first', 'failing'], 0, 3, 3, 'first'],
  [['returning'], 0, 3, 3, 'returning'],
])('of %j, passed over %d, %d, and %d times, %s is next', (ready, returning, first, failing, next) => {
  expect(nextPriority(ready, { returning, first, failing })).toBe(next);
});

test.each([
  [undefined, 'first'],
  [{ openedAt: undefined }, 'failing'],
  [{ openedAt: 5 }, 'returning'],
] as const)('after %j an attempt is %s', (report, rank) => {
  expect(priorityAfter(report)).toBe(rank);
});
