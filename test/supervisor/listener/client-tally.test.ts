import { describe, expect, test } from 'vitest';
import { ClientTally } from '../../../src/supervisor/listener/client-tally.js';

const limits = { maxConnectionsPerAddress: 2, maxConnectionsPerIdentity: 2 };
const from = (remoteAddress: string | undefined, identity?: string) => ({ remoteAddress, identity });

describe('one address', () => {
  test('has as many connections as it may have, and more once some have ended', () => {
    const clients = new ClientTally(limits, false);
    const client = from('192.0.2.1');
    clients.add(client);
    expect(clients.exceeded(client)).toBeUndefined();
    clients.add(client);
    expect(clients.exceeded(client)).toBe('maxConnectionsPerAddress');
    expect(clients.exceeded(from('192.0.2.2'))).toBeUndefined();
    clients.remove(client);
    expect(clients.exceeded(client)).toBeUndefined();
  });

  test('is one whether it is written as IPv4 or as IPv6', () => {
    const clients = new ClientTally(limits, false);
    clients.add(from('::ffff:192.0.2.1'));
    clients.add(from('192.0.2.1'));
    expect(clients.exceeded(from('::ffff:192.0.2.1'))).toBe('maxConnectionsPerAddress');
  });

  test('of IPv6 is its /64', () => {
    const clients = new ClientTally(limits, false);
    for (let host = 1; host <= 2; host += 1) clients.add(from(`2001:db8:0:1:${host}::${host}`));
    expect(clients.exceeded(from('2001:db8:0:1::9'))).toBe('maxConnectionsPerAddress');
    expect(clients.exceeded(from('2001:db8:0:2::9'))).toBeUndefined();
  });

  test.each(['127.0.0.1', '::1', '10.0.0.1', 'fd00::1', undefined])('%s may be that of a proxy', (address) => {
    const clients = new ClientTally(limits, false);
    for (let i = 0; i < 9; i += 1) clients.add(from(address));
    expect(clients.exceeded(from(address))).toBeUndefined();
    for (let i = 0; i < 9; i += 1) clients.remove(from(address));
  });

  test('that is private is counted where the proxies are known', () => {
    const clients = new ClientTally(limits, true);
    for (let i = 0; i < 2; i += 1) clients.add(from('127.0.0.1'));
    expect(clients.exceeded(from('127.0.0.1'))).toBe('maxConnectionsPerAddress');
  });
});

test('one identity has as many connections as it may have, from whatever addresses', () => {
  const clients = new ClientTally(limits, false);
  for (let i = 1; i <= 2; i += 1) clients.add(from(`192.0.2.${i}`, 'user:42'));
  const again = from('192.0.2.9', 'user:42');
  expect(clients.exceeded(again)).toBe('maxConnectionsPerIdentity');
  expect(clients.exceeded(from('192.0.2.9', 'user:43'))).toBeUndefined();
  expect(clients.exceeded(from('192.0.2.9'))).toBeUndefined();
  clients.remove(from('192.0.2.1', 'user:42'));
  expect(clients.exceeded(again)).toBeUndefined();
});
