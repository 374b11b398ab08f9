import { expect, test } from 'vitest';
import { isFixedMessage, isFixedReason } from '../../../src/inspect/redaction/fixed-texts.js';

test.each([
  '',
  'idle',
  'peer reads too slowly',
  'not ready in time',
  'too many messages',
  'retry-after-ms=5000',
  'service restart; retry-after-ms=5000',
])('%j is a reason of the library', (reason) => {
  expect(isFixedReason(reason)).toBe(true);
});

test.each([
  'idle token',
  'retry-after-ms=5000; token',
  'restarting; retry-after-ms=1',
  'idle; retry-after-ms=x',
  'sk-live',
])('%j may hold anything', (reason) => {
  expect(isFixedReason(reason)).toBe(false);
});

test.each([
  '',
  'Invalid WebSocket frame: invalid opcode 3',
  'Invalid WebSocket frame: RSV1 must be clear',
  'Max payload size exceeded',
  'TCP was ended by the peer without a Close frame',
  'the server answered the opening handshake with 403 Forbidden',
  'the server answered the opening handshake with 599',
])('%j is a message of fixed parts', (message) => {
  expect(isFixedMessage(message)).toBe(true);
});

test.each([
  'bad token sk-live-1',
  'Invalid WebSocket frame: invalid opcode 3 sk-live-1',
  'the server answered the opening handshake with 403 your token sk-live-1 is bad',
  'Invalid WebSocket frame: sk-live-1',
])('%j may hold anything', (message) => {
  expect(isFixedMessage(message)).toBe(false);
});
