import { expect, test } from 'vitest';
import { accepted, dialed } from '../../support/a-connection.js';

test('its snapshot is plain data', () => {
  const { parent, wire, connection } = accepted();
  wire.deliver('abc');
  connection.send('ab');
  expect(JSON.parse(JSON.stringify(connection))).toEqual({
    id: 'c1',
    childId: 'child',
    role: 'accepted',
    state: 'open',
    protocol: '',
    remoteAddress: '192.0.2.1',
    openedAt: parent.clock.wallNow(),
    framesIn: 1,
    framesOut: 1,
    bytesIn: 3,
    bytesOut: 2,
    bufferedBytes: 0,
  });
});

test('a dialed connection that has not opened has its epoch, and no time of opening', () => {
  expect(dialed().connection.toJSON()).toMatchObject({ state: 'connecting', epoch: 1, openedAt: undefined });
});

test('the time of opening follows the wall clock when that is set', () => {
  const { parent, connection } = accepted();
  const { openedAt } = connection.toJSON();
  const { clock } = parent;
  const set = { ...clock, now: clock.now, wallNow: () => clock.wallNow() + 5000 };
  const moved = Object.create(connection, { clock: { value: set } }) as typeof connection;
  expect(moved.toJSON().openedAt).toBe((openedAt ?? 0) + 5000);
});
