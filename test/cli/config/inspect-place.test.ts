import { expect, test } from 'vitest';
import { inspectPlaceOf } from '../../../src/cli/config/inspect-place.js';
import { OptionError } from '../../../src/index.js';

test.each([
  ['', {}],
  ['0', { port: 0 }],
  ['8229', { port: 8229 }],
  ['0.0.0.0:8229', { host: '0.0.0.0', port: 8229 }],
  ['localhost:1', { host: 'localhost', port: 1 }],
  ['[::1]:65535', { host: '::1', port: 65_535 }],
])('--inspect %o is the place %o', (given, place) => {
  expect(inspectPlaceOf(given)).toEqual(place);
});

test.each(['65536', '127.0.0.1', '127.0.0.1:', ':80', '::1:80', 'x', '80x', '-1', '[]:80', 'ws://h:80', '1.5'])(
  '--inspect %o is refused in one sentence',
  (given) => {
    expect(() => inspectPlaceOf(given)).toThrow(OptionError);
    expect(() => inspectPlaceOf(given)).toThrow(
      `--inspect is ${JSON.stringify(given)}; it must be a port from 0 to 65535, or a host and a port such as ` +
        '127.0.0.1:8229.',
    );
  },
);
