import { expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { aParent } from '../../support/a-parent.js';
import { FakeWire } from '../../support/fake-wire.js';

test('parts of a connection find in it what they need', () => {
  const parent = aParent({ limits: { readAheadBytes: 7 } });
  const wire = new FakeWire();
  const connection = new ConnectionActor({ id: 'c1', parent, role: 'accepted', wire, epoch: 3 });
  expect(connection).toMatchObject({ id: 'c1', role: 'accepted', epoch: 3, readAheadBytes: 7 });
  expect([connection.wheel, connection.clock]).toEqual([parent.services.wheel, parent.clock]);
});

test('frames that come are counted in the totals', () => {
  const parent = aParent();
  const wire = new FakeWire();
  new ConnectionActor({ id: 'c1', parent, role: 'accepted', wire }).start();
  wire.deliver('abc');
  wire.deliver('d');
  expect(parent.services.totals).toMatchObject({ framesIn: 2, bytesIn: 4 });
});
