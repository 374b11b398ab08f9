import { expect, test } from 'vitest';
import { sendOn, sizeOf, Writability } from '../../../src/supervisor/connection/outbound.js';
import { OptionError } from '../../../src/transport/errors.js';
import type { Sendable } from '../../../src/transport/frame.js';
import { prepare } from '../../../src/transport/protocol/prepared.js';
import { FakeWire } from '../../support/fake-wire.js';
import { ODD_VALUES } from '../../support/odd-values.js';
import { settled } from '../../support/settled.js';

test.each<[string, Sendable, string, number]>([
  ['a string as text', 'text', 'text', 4],
  ['bytes as binary', Uint8Array.of(1, 2), '<0102>', 2],
  ['a text frame as text', { data: Buffer.from('echo'), isBinary: false }, 'echo', 4],
  ['a binary frame as binary', { data: Buffer.from([3]), isBinary: true }, '<03>', 1],
  ['a prepared text as text', prepare('ready'), 'ready', 5],
])('sends %s', (_what, data, sent, size) => {
  const wire = new FakeWire();
  expect(sendOn(wire, data)).toBe(true);
  expect(wire.sent).toEqual([sent]);
  expect(sizeOf(data)).toBe(size);
});

test.each([
  [undefined],
  [null],
  [42],
  [{}],
  [['a']],
  [{ data: 'text' }],
  [{ data: Buffer.from('text') }],
  [new ArrayBuffer(2)],
  [{ data: Buffer.from('text'), isBinary: false, framed: 'text' }],
])('%o cannot be sent', (data) => {
  expect(() => sizeOf(data as unknown as Sendable)).toThrow(OptionError);
});

test.each(Object.entries(ODD_VALUES))('%s cannot be sent', (_name, make) => {
  expect(() => sizeOf(make() as Sendable)).toThrow(OptionError);
});

test('waits for room resolve together, except those that were interrupted', async () => {
  const wire = new FakeWire();
  const writability = new Writability(wire);
  const released: string[] = [];
  void writability.wait().released.then(() => released.push('a'));
  const b = writability.wait();
  void b.released.then(() => released.push('b'));
  void writability.wait().released.then(() => released.push('c'));
  b.leave();
  wire.drain();
  await settled();
  expect(released).toEqual(['a', 'c']);
});
