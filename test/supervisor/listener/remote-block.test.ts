import { expect, test } from 'vitest';
import { isPrivate, remoteBlock } from '../../../src/supervisor/listener/remote-block.js';

test.each([
  // address                      block
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.2', '192.0.2.2'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::2:3:4:5:6', '2001:db8:0:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  [undefined, undefined],
  ['', undefined],
  ['/tmp/socket', undefined],
  ['localhost', undefined],
])('%s is of %s', (address, block) => {
  expect(remoteBlock(address)).toBe(block);
});

test.each([
  // address           is private
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.1.2.3', true],
  ['172.15.0.1', false],
  ['172.16.0.1', true],
  ['172.31.255.255', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['192.169.1.1', false],
  ['169.254.1.1', true],
  ['100.63.0.1', false],
  ['100.64.0.1', true],
  ['100.127.0.1', true],
  ['100.128.0.1', false],
  ['fd00::1', true],
  ['FE80::1%eth0', true],
  ['fec0::1', false],
  ['2001:db8::1', false],
  ['::2', false],
  ['192.0.2.1', false],
  ['110.0.0.1', false],
])('that %s is private: %s', (address, expected) => {
  expect(isPrivate(address)).toBe(expected);
});
