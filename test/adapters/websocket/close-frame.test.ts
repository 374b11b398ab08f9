import { expect, test } from 'vitest';
import { closeFrame, isClientCode } from '../../../src/adapters/websocket/close-frame.js';

test.each([
  [undefined, undefined, { code: 1005, reason: '' }],
  [undefined, '', { code: 1005, reason: '' }],
  [undefined, 'why', { code: 1000, reason: 'why' }],
  [1000, undefined, { code: 1000, reason: '' }],
  ['4000', null, { code: 4000, reason: 'null' }],
])('close(%s, %s) sends %j', (code, reason, expected) => {
  expect(closeFrame(code, reason, isClientCode)).toEqual(expected);
});

test.each([0, 999, 1001, 1011, 2999, 5000])('a client may not close with %s', (code) => {
  expect(() => closeFrame(code, '', isClientCode)).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
});

test('which codes may be given depends on the side', () => {
  expect(closeFrame(1011, 'bug', () => true)).toEqual({ code: 1011, reason: 'bug' });
});

test('a reason has at most 123 bytes of UTF-8', () => {
  expect(closeFrame(1000, 'x'.repeat(123), isClientCode).reason).toHaveLength(123);
  expect(() => closeFrame(1000, 'é'.repeat(62), isClientCode)).toThrow(
    expect.objectContaining({ name: 'SyntaxError' }),
  );
});
