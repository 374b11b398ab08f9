import { expect, test } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { createKeyOf } from '../../../src/testing/model/state-key.js';

class Money {
  readonly cents: number;

  constructor(cents: number) {
    this.cents = cents;
  }
}

test('values that differ have different keys, also where JSON is the same', () => {
  const values = [
    ...[undefined, null, 'null', 0, -0, Number.NaN, 1n, 1, '1', true, 'true', [], {}, [undefined], [[]], '[]'],
    ...[new Map(), new Map([['a', 1]]), new Set(), new Set([1]), new Set([2]), new Date(0), new Date(1), /a/, /b/],
    ...[{ a: undefined }, { a: 1, b: 2 }, { a: 2, b: 1 }, new Money(1), { cents: 1 }, new Error('a'), new Error('b')],
    ...[() => 1, () => 1, Symbol('a'), Uint8Array.of(1), [1], ['1,2'], ['1', '2']],
  ];
  expect(new Set(values.map(createKeyOf())).size).toBe(values.length);
});

test('values that are equal have one key, whatever the order of their keys', () => {
  const keyOf = createKeyOf();
  const fn = () => {};
  expect(keyOf({ a: 1, b: [new Date(5), fn] })).toBe(keyOf({ b: [new Date(5), fn], a: 1 }));
});

test('takes values that contain themselves', () => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  const deeper: Record<string, unknown> = { self: { self: undefined } };
  expect(createKeyOf()(loop)).toBe('{"self":^0}');
  expect(createKeyOf()(deeper)).not.toBe('{"self":^0}');
});

test('the same object twice is no cycle', () => {
  const shared = { a: 1 };
  expect(createKeyOf()([shared, shared])).toBe('[{"a":1},{"a":1}]');
});

test('an actor is known by its id, since each step of a model makes another one', () => {
  const actor = () => createActor(createMachine({}), { id: 'child' });
  const keyOf = createKeyOf();
  expect(keyOf({ child: actor() })).toBe(keyOf({ child: actor() }));
});
