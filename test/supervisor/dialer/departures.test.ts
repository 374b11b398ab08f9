import { expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { Departures } from '../../../src/supervisor/dialer/departures.js';
import { aParent } from '../../support/a-parent.js';
import { FakeWire } from '../../support/fake-wire.js';

const aConnection = (id: string) =>
  new ConnectionActor({ id, parent: aParent(), role: 'dialed', wire: new FakeWire('dialed') });

test('calls back at once where none is leaving', () => {
  let calls = 0;
  new Departures().whenGone(() => (calls += 1));
  expect(calls).toBe(1);
});

test('calls back once, when all that were left are gone, others notwithstanding', () => {
  const departures = new Departures();
  const [first, second, other] = [aConnection('c1'), aConnection('c2'), aConnection('c3')];
  departures.add(first);
  departures.add(second);
  let calls = 0;
  departures.whenGone(() => (calls += 1));
  for (const connection of [other, second]) departures.gone(connection);
  expect([calls, departures.size, [...departures.connections]]).toEqual([0, 1, [first]]);
  departures.gone(first);
  departures.gone(other);
  expect(calls).toBe(1);
});
