import { expect, test } from 'vitest';
import { deflateOf, limitsOf } from '../../../src/adapters/ws/common-options.js';

test.each([
  [{}, { maxPayloadBytes: 100 * 2 ** 20 }],
  [{ maxPayload: 1_000_000 }, { maxPayloadBytes: 1_000_000 }],
  [
    { maxPayload: 0, maxFragments: 0 },
    { maxPayloadBytes: 2 ** 31 - 1, maxFragments: 2 ** 31 - 1 },
  ],
  [{ maxPayload: 1e12 }, { maxPayloadBytes: 2 ** 31 - 1 }],
  [
    { maxPayload: 1, maxFragments: 7, closeTimeout: 30_000 },
    { maxPayloadBytes: 1, maxFragments: 7, closeWithinMs: 30_000 },
  ],
])('the options %o of ws are the limits %o', (options, limits) => {
  expect(limitsOf(options)).toEqual(limits);
});

test.each([
  [true, true],
  [false, false],
  [{}, {}],
  [
    { threshold: 10, zlibDeflateOptions: { level: 3 } },
    { threshold: 10, level: 3 },
  ],
  [{ zlibDeflateOptions: { level: -1 } }, {}],
] as const)('of perMessageDeflate %o, %o has an effect', (given, settings) => {
  expect(deflateOf(given)).toEqual(settings);
});
