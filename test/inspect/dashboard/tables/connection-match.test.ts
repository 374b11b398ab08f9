import { expect, test } from 'vitest';
import type { ConnectionQuery } from '../../../../src/inspect/dashboard/protocol/tables.js';
import { connectionKey, isWanted } from '../../../../src/inspect/dashboard/tables/connection-match.js';
import type { ConnectionSnapshot } from '../../../../src/supervisor/api/connection.js';

const snapshot: ConnectionSnapshot = {
  id: 'c12',
  childId: 'chat',
  epoch: undefined,
  role: 'accepted',
  state: 'open',
  protocol: 'json',
  remoteAddress: '192.0.2.7',
  openedAt: 5,
  framesIn: 1,
  framesOut: 2,
  bytesIn: 3,
  bytesOut: 4,
  bufferedBytes: 100,
};
const connection = { toJSON: () => snapshot, latencyMs: 9, request: { path: '/rooms/Lobby' } } as never;

test.each<[ConnectionQuery, boolean]>([
  [{}, true],
  [{ state: 'open' }, true],
  [{ state: 'closing' }, false],
  [{ role: 'dialed' }, false],
  [{ childId: 'chat' }, true],
  [{ childId: 'cha' }, false],
  [{ minBufferedBytes: 100 }, true],
  [{ minBufferedBytes: 101 }, false],
  [{ search: 'c12' }, true],
  [{ search: 'lobby' }, true],
  [{ search: '192.0' }, true],
  [{ search: 'json' }, true],
  [{ search: '.*' }, false],
])('%j: %j', (query, wanted) => {
  expect(isWanted(connection, snapshot, query, query.search ?? '')).toBe(wanted);
});

test('a credential that travels as a subprotocol cannot be found by search', () => {
  const secret = { ...snapshot, protocol: 'bearer.c0ffee' };
  expect(isWanted(connection, secret, {}, 'c0ffee')).toBe(false);
});

test('sorts by what the column shows', () => {
  expect(connectionKey(connection, snapshot, 'latencyMs')).toBe(9);
  expect(connectionKey(connection, snapshot, 'bytesIn')).toBe(3);
  expect(connectionKey(connection, snapshot, 'id')).toBe('c000000000000012');
});
