import { expect, test } from 'vitest';
import { errorShape, eventShape, keysOf, shapeOf } from '../../../src/inspect/xstate/shape.js';

test.each([
  ['s3cret', '[string]'],
  [12, '[number]'],
  [12n, '[bigint]'],
  [undefined, '[undefined]'],
  [null, '[null]'],
  [() => 's3cret', '[function]'],
  [['s3cret', 's3cret'], '[list of 2]'],
  [Buffer.from('s3cret'), '[6 bytes]'],
  [new Map([['s3cret', 1]]), '[Map of 1]'],
  [new Set(['s3cret']), '[Set of 1]'],
  [new Error('s3cret'), '[error]'],
  [{ s3cret: 1 }, '[object]'],
])('the shape of %o says what it is and nothing of what is in it', (value, shape) => {
  expect(shapeOf(value)).toBe(shape);
});

test('an object is shown as its keys, without calling its getters', () => {
  let calls = 0;
  const value = {
    token: 's3cret',
    count: 3,
    get costly() {
      calls += 1;
      return 's3cret';
    },
  };
  expect(keysOf(value)).toEqual({ token: '[string]', count: '[number]', costly: '[getter]' });
  expect(calls).toBe(0);
});

test('what is no plain object is shown as its shape only', () => {
  expect([keysOf('s3cret'), keysOf([1]), keysOf(new Map()), keysOf(revoked())]).toEqual([
    '[string]',
    '[list of 1]',
    '[Map of 0]',
    '[unreadable]',
  ]);
  expect(shapeOf(revoked())).toBe('[unreadable]');
});

test('of a huge object the first keys are shown, and of a long key its beginning', () => {
  const huge = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`${'k'.repeat(1_000)}${i}`, i]));
  const shown = JSON.stringify(keysOf(huge));
  expect(shown.length).toBeLessThan(20_000);
  expect(keysOf(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, i])))).toMatchObject({
    k49: '[number]',
    '...': '[more]',
  });
});

test('an event keeps its type, and of everything else the shape', () => {
  expect(eventShape({ type: 'said', text: 's3cret', at: 5 })).toEqual({
    type: 'said',
    text: '[string]',
    at: '[number]',
  });
  expect(eventShape({ type: 't'.repeat(1_000) }).type).toHaveLength(203);
});

test('an error keeps its name and a code that looks like one, and nothing of its message', () => {
  expect(errorShape(new TypeError('s3cret'))).toEqual({ name: 'TypeError' });
  expect(errorShape(Object.assign(new Error('s3cret'), { code: 'ECONNRESET' }))).toEqual({
    name: 'Error',
    code: 'ECONNRESET',
  });
  expect(errorShape(Object.assign(new Error('x'), { code: 's3cret!', name: 's3cret name' }))).toEqual({
    name: 'Error',
  });
  expect(errorShape('s3cret')).toBe('[string]');
  expect(errorShape(revoked())).toBe('[unreadable]');
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
