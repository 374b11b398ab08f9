import { expect, test } from 'vitest';
import { termsOf } from '../../../../src/transport/ws/package/deflate-terms.js';

test('without parameters each end keeps its context and has the largest window', () => {
  for (const sender of ['client', 'server'] as const)
    expect(termsOf({}, sender)).toEqual({ windowBits: 15, keepsContext: true });
});

test('each end has its own parameters', () => {
  const params = { client_max_window_bits: 10, server_no_context_takeover: true };
  expect(termsOf(params, 'client')).toEqual({ windowBits: 10, keepsContext: true });
  expect(termsOf(params, 'server')).toEqual({ windowBits: 15, keepsContext: false });
});
