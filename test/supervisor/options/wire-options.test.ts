import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/supervisor/options/options.js';
import { wireOptionsOf } from '../../../src/supervisor/options/wire-options.js';

test('a wire is allowed as much as its connection may read in a second', () => {
  const limits = {
    ...DEFAULT_LIMITS,
    maxPayloadBytes: 1,
    maxFragments: 2,
    maxMessagesPerSecond: 3,
    maxBytesPerSecond: 4,
  };
  expect(wireOptionsOf(limits, { level: 5 })).toEqual({
    maxPayloadBytes: 1,
    maxFragments: 2,
    perMessageDeflate: { level: 5 },
    allowance: { messages: 3, bytes: 4 },
  });
});
