import { expect, test } from 'vitest';
import { messageOf } from '../../../src/cli/process/message-of.js';

test.each([
  [new Error('no route'), 'no route'],
  ['text', 'text'],
  [undefined, 'undefined'],
  [Symbol('odd'), 'Symbol(odd)'],
])('says what was thrown: %s', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});

test('says of what kind something is that cannot be turned into a text', () => {
  expect(messageOf(Object.create(null))).toBe('a thrown value of type object');
});
