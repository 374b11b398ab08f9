import { expect, test } from 'vitest';
import { createMessageDeflate } from '../../../src/transport/ws/message-deflate.js';

const OPTIONS = { maxPayloadBytes: 1000, maxFragments: 3, perMessageDeflate: true };

test('nothing is made where nothing was negotiated', () => {
  expect(createMessageDeflate(undefined, true, OPTIONS)).toBeUndefined();
});

test('each end compresses by its own terms', () => {
  const params = { server_no_context_takeover: true, server_max_window_bits: 10 };
  expect(createMessageDeflate(params, true, OPTIONS)?.compressor.shareKey).toBe('10/undefined');
  expect(createMessageDeflate(params, false, OPTIONS)?.compressor.shareKey).toBeUndefined();
});

test('the level is that of the options', () => {
  const deflate = createMessageDeflate({ server_no_context_takeover: true }, true, {
    ...OPTIONS,
    perMessageDeflate: { level: 3 },
  });
  expect(deflate?.compressor.shareKey).toBe('15/3');
});
