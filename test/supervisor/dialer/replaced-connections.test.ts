import { expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { ReplacedConnections } from '../../../src/supervisor/dialer/replaced-connections.js';
import { aParent } from '../../support/a-parent.js';
import { FakeWire } from '../../support/fake-wire.js';

const aConnection = (id: string) =>
  new ConnectionActor({ id, parent: aParent(), role: 'dialed', wire: new FakeWire('dialed') });

test('calls back within the call where there are none', () => {
  let calls = 0;
  new ReplacedConnections().whenAllEnded(() => (calls += 1));
  expect(calls).toBe(1);
});

test('calls back once, when all of them have ended, whatever other connections do', () => {
  const replaced = new ReplacedConnections();
  const [first, second, other] = [aConnection('c1'), aConnection('c2'), aConnection('c3')];
  replaced.add(first);
  replaced.add(second);
  let calls = 0;
  replaced.whenAllEnded(() => (calls += 1));
  for (const connection of [other, second]) replaced.ended(connection);
  expect([calls, replaced.size, [...replaced.connections]]).toEqual([0, 1, [first]]);
  replaced.ended(first);
  replaced.ended(other);
  expect(calls).toBe(1);
});
