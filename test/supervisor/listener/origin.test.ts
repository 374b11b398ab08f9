import { describe, expect, test, vi } from 'vitest';
import type { OriginPolicy } from '../../../src/supervisor/api/listener.js';
import { compileOrigin } from '../../../src/supervisor/listener/origin.js';
import { createConnectionRequest } from '../../../src/supervisor/listener/request.js';
import { OptionError } from '../../../src/transport/errors.js';

function requestFrom(origin: string | readonly string[] | undefined, host?: string, isSecure = false) {
  return createConnectionRequest(
    { method: 'GET', url: '/', headers: { origin, host }, remoteAddress: undefined, isSecure },
    () => undefined,
  );
}

describe('same-origin', () => {
  test.each([
    // origin                            host                    allowed
    [undefined, 'example.com', true],
    ['https://example.com', 'example.com', true],
    ['http://example.com', 'example.com', true],
    ['HTTPS://Example.COM', 'eXample.com', true],
    ['http://localhost:3000', 'localhost:3000', true],
    ['https://example.com:443', 'example.com', true],
    ['https://example.com', 'example.com:443', true],
    ['http://example.com', 'example.com:80', true],
    ['http://[::1]:3000', '[::1]:3000', true],
    ['http://[::1]', '[::1]:80', true],
    ['https://example.com', 'example.com:80', false],
    ['http://example.com', 'example.com:443', false],
    ['http://localhost:3000', 'localhost:3001', false],
    ['http://[::1]:3000', '[::2]:3000', false],
    ['https://evil.example', 'example.com', false],
    ['https://example.com.evil.example', 'example.com', false],
    ['https://evilexample.com', 'example.com', false],
    ['null', 'null', false],
    ['', 'example.com', false],
    ['example.com', 'example.com', false],
    ['https://example.com/', 'example.com', false],
    ['https://example.com@evil.example', 'evil.example', false],
    ['https://evil.example https://example.com', 'example.com', false],
    ['ionic://localhost', 'localhost', false],
    ['https://', '', false],
    ['https://example.com', undefined, false],
    ['https://example.com', 'exam ple.com', false],
    [['https://example.com', 'https://evil.example'], 'example.com', false],
  ])('Origin %j with Host %j: %s', (origin, host, isAllowed) => {
    expect(compileOrigin('same-origin')(requestFrom(origin, host))).toBe(isAllowed);
    expect(compileOrigin(undefined)(requestFrom(origin, host))).toBe(isAllowed);
  });

  test('is the same behind a proxy at which TLS ends', () => {
    const isAllowed = compileOrigin('same-origin');
    expect(isAllowed(requestFrom('https://example.com', 'example.com', false))).toBe(true);
    expect(isAllowed(requestFrom('https://example.com', 'example.com', true))).toBe(true);
  });
});

test.each([undefined, 'null', 'garbage', 'https://evil.example'])('any admits Origin %j', (origin) => {
  expect(compileOrigin('any')(requestFrom(origin, 'example.com'))).toBe(true);
});

describe('a list', () => {
  test.each([
    // entry                           origin                             allowed
    ['https://example.com', undefined, true],
    ['https://example.com', 'https://example.com', true],
    ['https://example.com', 'https://EXAMPLE.com:443', true],
    ['https://example.com:443', 'https://example.com', true],
    ['https://example.com', 'http://example.com', false],
    ['https://example.com', 'https://example.com:8443', false],
    ['https://example.com', 'https://exampleXcom', false],
    ['https://example.com', 'https://a.example.com', false],
    ['https://*.example.com', 'https://a.example.com', true],
    ['https://*.example.com', 'https://a.b.example.com', false],
    ['https://*.example.com', 'https://example.com', false],
    ['https://*.example.com', 'https://.example.com', false],
    ['https://*.example.com', 'https://a.example.com.evil.example', false],
    ['https://*.example.com', 'https://evil.example/.example.com', false],
    ['https://*.example.com', 'https://evil.example#.example.com', false],
    ['https://pr-*.example.com', 'https://pr-17.example.com', true],
    ['https://pr-*.example.com', 'https://pr-.example.com', true],
    ['https://pr-*.example.com', 'https://17.example.com', false],
    ['http://localhost:*', 'http://localhost:5173', true],
    ['http://localhost:*', 'http://localhost', true],
    ['http://localhost:*', 'http://localhost.evil.example:5173', false],
    ['http://[::1]:3000', 'http://[::1]:3000', true],
    ['http://[::1]:3000', 'http://[::1]:3001', false],
    ['http://[0:0:0:0:0:0:0:1]', 'http://[::1]', true],
    ['capacitor://localhost', 'capacitor://localhost', true],
    ['capacitor://localhost', 'capacitor://localhost:80', false],
    ['https://example.com', 'null', false],
    ['https://example.com', '', false],
    ['https://example.com', 'https://example.com, https://evil.example', false],
  ])('with %s, Origin %j: %s', (entry, origin, isAllowed) => {
    expect(compileOrigin([entry])(requestFrom(origin, 'example.com'))).toBe(isAllowed);
  });

  test('allows what any of its entries allows', () => {
    const isAllowed = compileOrigin(['https://a.example', 'https://b.example']);
    expect(['a', 'b', 'c'].map((name) => isAllowed(requestFrom(`https://${name}.example`)))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('a function', () => {
  test('decides on every request, those without Origin included', () => {
    const policy = vi.fn((origin: string | undefined) => origin === 'null');
    const isAllowed = compileOrigin(policy);
    const [without, sandboxed] = [requestFrom(undefined), requestFrom('null')];
    expect([isAllowed(without), isAllowed(sandboxed)]).toEqual([false, true]);
    expect(policy.mock.calls).toEqual([
      [undefined, without],
      ['null', sandboxed],
    ]);
  });

  test('that is async admits nobody', () => {
    expect(compileOrigin((async () => true) as unknown as OriginPolicy)(requestFrom('https://example.com'))).toBe(
      false,
    );
  });
});

test.each([
  // policy                      the sentence begins
  ['same', 'listen: origins is "same"; allowed are "same-origin", "any", a list of origins, and a function.'],
  [5, 'listen: origins is 5; allowed are'],
  [[], 'listen: origins is an empty list;'],
  [['*'], 'listen: origins[0] is "*"; allowed are'],
  [['example.com'], 'listen: origins[0] is "example.com"; allowed are'],
  [['https://example.com/'], 'listen: origins[0] is "https://example.com/"; allowed are'],
  [['https://example.com/path'], 'listen: origins[0] is "https://example.com/path"; allowed are'],
  [['*://example.com'], 'listen: origins[0] is "*://example.com"; allowed are'],
  [['https://bücher.example'], 'listen: origins[0] is "https://bücher.example"; allowed are'],
  [['https://example.com:80*'], 'listen: origins[0] is "https://example.com:80*"; allowed are'],
  [['null'], 'listen: origins[0] is "null"; allowed are'],
  [['https://example.com:70000'], 'listen: origins[0] is "https://example.com:70000"; allowed are'],
  [['https://example.com:0443'], 'listen: origins[0] is "https://example.com:0443"; allowed are'],
  [['http://[:::]'], 'listen: origins[0] is "http://[:::]"; allowed are'],
  [[/example/], 'listen: origins[0] is an object; allowed are'],
])('%o is no policy', (policy, begins) => {
  const compile = () => compileOrigin(policy as OriginPolicy);
  expect(compile).toThrow(OptionError);
  expect(compile).toThrow(begins);
});
