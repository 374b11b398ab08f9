import { expect, test } from 'vitest';
import type { Handler } from '../../../src/supervisor/api/connection.js';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { aParent } from '../../support/a-parent.js';
import { FakeWire } from '../../support/fake-wire.js';
import { settled } from '../../support/settled.js';

function accepted(handler: Handler<unknown>) {
  const parent = aParent({ handler });
  const wire = new FakeWire();
  const connection = new ConnectionActor({ id: 'c1', parent, role: 'accepted', wire });
  connection.start();
  return { parent, wire, connection };
}

test('a result that may not be sent counts as a throw of the handler', () => {
  const { wire, connection } = accepted(() => ({ code: 1006 }));
  wire.tellClosing(1011);
  wire.tellClosed();
  expect(connection.report?.trigger).toBe('handler-threw');
  expect(connection.report?.handlerError).toHaveProperty('code', 'WIREKEEPER_CLOSE_CODE');
});

test('a handler is late from the end of its connection to its own', async () => {
  let finish = () => {};
  const { wire, connection } = accepted(() => new Promise<void>((resolve) => (finish = resolve)));
  expect(connection.lingeringHandler).toBeUndefined();
  wire.tellClosed();
  const ends: string[] = [];
  connection.lingeringHandler?.whenEnded(() => ends.push('ended'));
  finish();
  await settled();
  expect(ends).toEqual(['ended']);
  expect(connection.lingeringHandler).toBeUndefined();
});

test('one that ended before its connection is never late', async () => {
  const { wire, connection, parent } = accepted(async () => {});
  await settled();
  wire.tellClosed();
  expect(connection.lingeringHandler).toBeUndefined();
  expect(parent.clock.pending).toBe(0);
});
