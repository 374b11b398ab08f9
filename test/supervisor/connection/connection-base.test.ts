import { expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { aHome } from '../../support/a-home.js';
import { FakeWire } from '../../support/fake-wire.js';

test('parts of a connection find in it what they need', () => {
  const home = aHome({ limits: { readAheadBytes: 7 } });
  const wire = new FakeWire();
  const connection = new ConnectionActor({ id: 'c1', home, role: 'accepted', wire, epoch: 3 });
  expect(connection).toMatchObject({ id: 'c1', role: 'accepted', epoch: 3, readAheadBytes: 7 });
  expect([connection.wheel, connection.clock]).toEqual([home.shared.wheel, home.clock]);
});

test('frames that come are counted in the totals', () => {
  const home = aHome();
  const wire = new FakeWire();
  new ConnectionActor({ id: 'c1', home, role: 'accepted', wire }).start();
  wire.deliver('abc');
  wire.deliver('d');
  expect(home.shared.totals).toMatchObject({ framesIn: 2, bytesIn: 4 });
});
