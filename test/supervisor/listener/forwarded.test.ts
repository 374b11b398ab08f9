import { describe, expect, test } from 'vitest';
import { readForwarded, readXForwarded } from '../../../src/supervisor/listener/forwarded.js';

const NOBODY = undefined;

describe('X-Forwarded-For', () => {
  test.each([
    ['203.0.113.7', ['203.0.113.7']],
    ['203.0.113.7, 198.51.100.2', ['203.0.113.7', '198.51.100.2']],
    ['203.0.113.7:4711', ['203.0.113.7']],
    ['[2001:db8::1]:4711,[2001:db8::2]', ['2001:db8::1', '2001:db8::2']],
    ['2001:db8::1', ['2001:db8::1']],
    ['::ffff:203.0.113.7', ['203.0.113.7']],
    ['unknown, , 1.2.3, [::1, evil.example', [NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
  ])('%s', (field, addresses) => {
    expect(readXForwarded({ 'x-forwarded-for': field }).addresses).toEqual(addresses);
  });

  test('may be there more than once', () => {
    const headers = { 'x-forwarded-for': ['203.0.113.7', '198.51.100.2'] };
    expect(readXForwarded(headers).addresses).toEqual(['203.0.113.7', '198.51.100.2']);
  });

  test('and the others may be missing', () => {
    expect(readXForwarded({})).toEqual({ addresses: [], schemes: [], hosts: [] });
  });

  test('comes with the scheme and the host', () => {
    const headers = { 'x-forwarded-proto': 'WSS, ws, http', 'x-forwarded-host': 'a.example, b.example:81' };
    expect(readXForwarded(headers)).toMatchObject({
      schemes: ['https', 'http', 'http'],
      hosts: ['a.example', 'b.example:81'],
    });
  });
});

describe('Forwarded', () => {
  test.each([
    ['', { addresses: [], schemes: [], hosts: [] }],
    // The examples of RFC 7239 section 4.
    ['for="_gazonk"', { addresses: [NOBODY], schemes: [NOBODY], hosts: [NOBODY] }],
    ['For="[2001:db8:cafe::17]:4711"', { addresses: ['2001:db8:cafe::17'], schemes: [NOBODY], hosts: [NOBODY] }],
    ['for=192.0.2.60;proto=http;by=203.0.113.43', { addresses: ['192.0.2.60'], schemes: ['http'], hosts: [NOBODY] }],
    [
      'for=192.0.2.43, for=198.51.100.17',
      { addresses: ['192.0.2.43', '198.51.100.17'], schemes: [NOBODY, NOBODY], hosts: [NOBODY, NOBODY] },
    ],
    [
      'for=192.0.2.1;host="a.example:8443";proto=WSS,,by=x',
      { addresses: ['192.0.2.1', NOBODY], schemes: ['https', NOBODY], hosts: ['a.example:8443', NOBODY] },
    ],
    [
      String.raw`for="192.0.2.1";host="a\.example, b.example;c"`,
      { addresses: ['192.0.2.1'], schemes: [NOBODY], hosts: ['a.example, b.example;c'] },
    ],
    ['for=192.0.2.1;', { addresses: ['192.0.2.1'], schemes: [NOBODY], hosts: [NOBODY] }],
  ])('%s', (field, forwarded) => {
    expect(readForwarded({ forwarded: field })).toEqual(forwarded);
  });

  test.each([
    'for="192.0.2.1',
    'for=192.0.2.1;for=192.0.2.2',
    'for',
    '192.0.2.1',
    'for = 192.0.2.1',
    'for=192.0.2.1 proto=http',
    'for=(192.0.2.1)',
    'for="a"b',
  ])('%s is malformed', (field) => {
    expect(readForwarded({ forwarded: field })).toBeUndefined();
  });

  test('without the field says nothing', () => {
    expect(readForwarded({})).toEqual({ addresses: [], schemes: [], hosts: [] });
  });

  // A pattern that tries many ways would take minutes.
  test('of hostile length is read in no time', () => {
    const startedAt = performance.now();
    for (const part of ['for=a;', ' ', ';', ',', 'for="', '\\"', 'a=b', '"'])
      readForwarded({ forwarded: part.repeat(16 * 1024) });
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
