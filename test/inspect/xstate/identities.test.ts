import { expect, test } from 'vitest';
import { identityAfter, identityOf } from '../../../src/inspect/xstate/identities.js';

test('an owner has one identity for everybody who asks, and no other owner has it', () => {
  const [one, two] = [{}, {}];
  expect(identityOf(one, 'dialer')).toMatch(/^dialer:\d+$/);
  expect(identityOf(one, 'dialer')).toBe(identityOf(one, 'dialer'));
  expect(identityOf(two, 'dialer')).not.toBe(identityOf(one, 'dialer'));
});

test('the next run of an owner has another identity, which is the same for everybody who saw the end of the last', () => {
  const owner = {};
  const first = identityOf(owner, 'dialer');
  const second = identityAfter(owner, 'dialer', first);
  expect(second).not.toBe(first);
  expect(identityAfter(owner, 'dialer', first)).toBe(second);
  expect(identityOf(owner, 'dialer')).toBe(second);
});
