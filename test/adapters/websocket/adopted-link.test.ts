import { expect, test } from 'vitest';
import { AdoptedLink } from '../../../src/adapters/websocket/adopted-link.js';
import type { LinkEvents } from '../../../src/adapters/websocket/link.js';
import { accepted } from '../../support/a-connection.js';
import { settled } from '../../support/settled.js';

function aLink() {
  const { wire, connection } = accepted();
  const seen: string[] = [];
  const events: LinkEvents = {
    opened: () => seen.push('opened'),
    received: (frame) => seen.push(frame.text()),
    closing: () => seen.push('closing'),
    lost: () => seen.push('lost'),
    ended: (report) => seen.push(`ended ${report?.code}`),
  };
  return { wire, connection, seen, link: new AdoptedLink(connection, events) };
}

test('reads when it is asked to, once, and ends after the last message', async () => {
  const { wire, seen, link } = aLink();
  wire.deliver('1');
  await settled();
  expect(seen).toEqual([]);
  link.read();
  link.read();
  wire.deliver('2');
  wire.emitClosing(1001);
  wire.emitClosed();
  await settled();
  expect(seen).toEqual(['1', '2', 'closing', 'ended 1001']);
});

test('ends also when nobody has read', async () => {
  const { wire, seen, link } = aLink();
  link.close({ code: 3000, reason: 'done' });
  expect(wire.asked).toContain('close 3000 done');
  wire.emitClosing(3000);
  wire.emitClosed();
  await settled();
  expect(seen).toEqual(['closing', 'ended 3000']);
});

test('is called off as a connection is closed', () => {
  const { wire, link } = aLink();
  link.callOff();
  expect(wire.asked).toContain('close 1000');
});
