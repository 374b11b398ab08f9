import { expect, test } from 'vitest';
import { PROTOCOL } from '../../../src/inspect/dashboard/protocol.js';

test('is a subprotocol that a header field can carry, with its version', () => {
  expect(PROTOCOL).toMatch(/^[\w.]+\.\d+$/);
});
