import { ConnectionActor } from '../../src/supervisor/connection/connection-actor.js';
import type { ConnectionParts } from '../../src/supervisor/connection/connection-parent.js';
import { aParent, type ParentParts } from './a-parent.js';
import { FakeWire } from './fake-wire.js';

/** A connection that a listener has accepted, on a wire without anything behind it. */
export function accepted(parts: ParentParts = {}, data?: unknown) {
  return started(parts, { role: 'accepted', data });
}

/** A connection that a dialer dials, whose wire has not opened. */
export function dialed(parts: ParentParts = {}) {
  return started(parts, { role: 'dialed', epoch: 1 });
}

function started(parts: ParentParts, own: Pick<ConnectionParts, 'role' | 'epoch' | 'data'>) {
  const parent = aParent(parts);
  const wire = new FakeWire(own.role);
  const connection = new ConnectionActor({ id: 'c1', parent, wire, ...own });
  connection.start();
  return { parent, wire, connection };
}
