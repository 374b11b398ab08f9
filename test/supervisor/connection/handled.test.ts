import { expect, test } from 'vitest';
import type { Handler } from '../../../src/supervisor/api/connection.js';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { aHome } from '../../support/a-home.js';
import { FakeWire } from '../../support/fake-wire.js';
import { settled } from '../../support/settled.js';

function accepted(handler: Handler<unknown>) {
  const home = aHome({ handler });
  const wire = new FakeWire();
  const connection = new ConnectionActor({ id: 'c1', home, role: 'accepted', wire });
  connection.start();
  return { home, wire, connection };
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
  expect(connection.lateHandler).toBeUndefined();
  wire.tellClosed();
  const ends: string[] = [];
  connection.lateHandler?.whenEnded(() => ends.push('ended'));
  finish();
  await settled();
  expect(ends).toEqual(['ended']);
  expect(connection.lateHandler).toBeUndefined();
});

test('one that ended before its connection is never late', async () => {
  const { wire, connection, home } = accepted(async () => {});
  await settled();
  wire.tellClosed();
  expect(connection.lateHandler).toBeUndefined();
  expect(home.clock.pending).toBe(0);
});
