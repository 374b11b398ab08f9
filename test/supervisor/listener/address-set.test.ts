import { expect, test } from 'vitest';
import { AddressSet } from '../../../src/supervisor/listener/address-set.js';

function aSet(...entries: string[]): AddressSet {
  const set = new AddressSet();
  for (const entry of entries) expect(set.add(entry)).toBe(true);
  return set;
}

test.each([
  // entry              address                is in it
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['::ffff:192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['2001:db8::/32', '2001:db8:9::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['::1', '0:0:0:0:0:0:0:1', true],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['192.0.2.1', 'localhost', false],
  ['192.0.2.1', '', false],
])('%s and %s: %s', (entry, address, expected) => {
  expect(aSet(entry).has(address)).toBe(expected);
});

test.each([
  '',
  'proxy.example.com',
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/',
  '10.0.0/8',
  '10.0.0.1/8/8',
  '/8',
  '1.2.3.4/-1',
])('%o is no address and no range', (entry) => {
  expect(new AddressSet().add(entry)).toBe(false);
});
