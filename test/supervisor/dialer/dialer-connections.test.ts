import { expect, test } from 'vitest';
import { DialerConnections } from '../../../src/supervisor/dialer/dialer-connections.js';
import { dialed } from '../../support/a-connection.js';

test('the attempt beside a connection takes its place when that is retired, and when it ends', () => {
  for (const leave of ['retired', 'ended'] as const) {
    const connections = new DialerConnections();
    const [old, next] = [dialed().connection, dialed().connection];
    connections.begin(old, false);
    connections.up(old, 5);
    connections.begin(next, true);
    expect([connections.present, connections.next]).toEqual([
      { connection: old, upSince: 5 },
      { connection: next, upSince: undefined },
    ]);
    const present = connections.of(old);
    if (leave === 'retired') connections.retirePresent();
    else if (present !== undefined) connections.ended(present);
    expect([connections.present?.connection, connections.next]).toEqual([next, undefined]);
    expect(connections.of(old)).toBeUndefined();
    expect(connections.replaced.size).toBe(leave === 'retired' ? 1 : 0);
  }
});

test('an attempt beside a connection that fails, or is given up, leaves the connection in its place', () => {
  const connections = new DialerConnections();
  const [old, failed, givenUp] = [dialed().connection, dialed().connection, dialed().connection];
  connections.begin(old, false);
  connections.begin(failed, true);
  const attempted = connections.of(failed);
  if (attempted !== undefined) connections.ended(attempted);
  expect([connections.present?.connection, connections.next]).toEqual([old, undefined]);
  connections.begin(givenUp, true);
  expect(connections.retireNext()).toBe(givenUp);
  expect(connections.retireNext()).toBeUndefined();
  expect(new Set(connections.all)).toEqual(new Set([old, givenUp]));
});
