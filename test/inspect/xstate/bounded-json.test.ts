import { describe, expect, test } from 'vitest';
import { boundedJson, type JsonBounds, MESSAGE_BOUNDS } from '../../../src/inspect/xstate/bounded-json.js';

const circle: { self?: unknown; name: string } = { name: 'circle' };
circle.self = circle;

const twice = { a: 1 };

const throwing = Object.defineProperty({ a: 1 }, 'bad', {
  enumerable: true,
  get() {
    throw new Error('bad');
  },
});

test.each<[unknown, unknown]>([
  [{ a: [1, 'two', null, true] }, { a: [1, 'two', null, true] }],
  [12n, '12n'],
  [Symbol('s'), 'Symbol(s)'],
  [{ act: function ring() {} }, { act: { type: 'ring' } }],
  [circle, { name: 'circle', self: '[Circular]' }],
  [
    [twice, twice],
    [{ a: 1 }, { a: 1 }],
  ],
  [new Map([[1, 2]]), '[Map of 1]'],
  [new Set([1]), '[Set of 1]'],
  [Buffer.alloc(9), '[9 bytes]'],
  [new Uint8Array(3), '[3 bytes]'],
  [new TypeError('x'), { name: 'TypeError', message: 'x' }],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [{ toJSON: () => ({ shown: 1 }) }, { shown: 1 }],
  [
    {
      toJSON() {
        throw new Error('bad');
      },
    },
    '[unreadable]',
  ],
  [
    {
      a: 1,
      toJSON() {
        return this;
      },
    },
    { a: 1, toJSON: { type: 'toJSON' } },
  ],
])('writes %o', (value, written) => {
  expect(boundedJson(value, MESSAGE_BOUNDS)).toEqual(written);
});

test('writes a value although a getter of it throws', () => {
  expect(boundedJson(throwing, MESSAGE_BOUNDS)).toEqual({ a: 1, bad: '[unreadable]' });
});

test('writes a revoked proxy, and a toJSON that never ends', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(boundedJson(proxy, MESSAGE_BOUNDS)).toBe('[unreadable]');
  const endless = (): object => ({ toJSON: endless });
  expect(boundedJson(endless(), MESSAGE_BOUNDS)).toBe('[Object]');
});

describe('bounds', () => {
  const sizeOf = (value: unknown, bounds: JsonBounds = MESSAGE_BOUNDS) =>
    JSON.stringify(boundedJson(value, bounds)).length;

  test('the depth', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 100_000; i += 1) deep = { deep };
    expect(sizeOf(deep)).toBeLessThan(200);
  });

  test('the members of an object, of a list, and the length of a text', () => {
    expect(
      boundedJson(
        Array.from({ length: 102 }, () => 0),
        MESSAGE_BOUNDS,
      ),
    ).toHaveLength(101);
    expect(
      boundedJson(
        Array.from({ length: 102 }, () => 0),
        MESSAGE_BOUNDS,
      ),
    ).toContain('[2 more]');
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, i]));
    expect(Object.keys(boundedJson(wide, MESSAGE_BOUNDS) as object)).toHaveLength(101);
    expect(boundedJson('x'.repeat(3_000), MESSAGE_BOUNDS)).toHaveLength(2_003);
  });

  test('the whole, also of a value that is wide at every depth', () => {
    const node = (depth: number): unknown =>
      depth === 0
        ? 'x'.repeat(5_000)
        : Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, node(depth - 1)]));
    const began = performance.now();
    expect(sizeOf(node(4))).toBeLessThan(200_000);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
