import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ElementIds } from '../../../src/machines/diagram/element-id.js';

test.each([
  [[], 'state-'],
  [['closing', 'awaitingPeer'], 'state-closing.awaitingPeer'],
  [['with space', 'é "ß"'], 'state-with_x20_space.é_x20__x22_ß_x22_'],
  [['_x20_'], 'state-_x5F_x20_'],
  [['a\0\n\\N'], 'state-a_x0__xA__x5C_N'],
])('the state %j has the element %s', (path, id) => {
  expect(new ElementIds().ofState(path)).toBe(id);
});

test('an edge is named by its source, its event, and its target', () => {
  expect(new ElementIds().ofEdge(['open'], 'wire.*', ['closing', 'crossed'])).toBe(
    'edge-open--wire.*--closing.crossed',
  );
});

test('no two elements have the same id, also when one is named like a counted one', () => {
  const ids = new ElementIds();
  const given = [['a.b'], ['a', 'b'], ['a.b--2'], ['a', 'b']].map((path) => ids.ofState(path));
  expect(given).toEqual(['state-a_x2E_b', 'state-a.b', 'state-a_x2E_b-_x2D_2', 'state-a.b--2']);
});

/** Texts of the characters in which an id is put together, and of numbers. */
const key = fc.string({ unit: fc.constantFrom('_', 'x', '2', 'E', 'D', '0', ' ', '.', '-', 'a'), minLength: 1 });

test('what has the same id alone is the same: it does not depend on what else is drawn', () => {
  const pathOf = fc.array(key, { maxLength: 3 });
  const byId = new Map<string, string>();
  fc.assert(
    fc.property(pathOf, key, pathOf, (from, event, to) => {
      for (const [id, what] of [
        [new ElementIds().ofState(from), [from]],
        [new ElementIds().ofEdge(from, event, to), [from, event, to]],
      ] as const) {
        const text = JSON.stringify(what);
        expect({ id, text: byId.get(id) ?? text }).toEqual({ id, text });
        byId.set(id, text);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [['_x20 '], [' x20_']],
  [['a', 'b'], ['a.b']],
  [['a--b'], ['a-_x2D_b']],
  [['_x2-'], ['_x2_x2D_']],
])('the states %j and %j have different ids', (one, other) => {
  expect(new ElementIds().ofState(one)).not.toBe(new ElementIds().ofState(other));
});

test('an edge whose parts hold the sign between them is no other edge', () => {
  const ids = [
    [['a--b'], 'c', ['d']],
    [['a'], 'b--c', ['d']],
    [['a'], 'b', ['c--d']],
    [['a'], 'b-', ['-c']],
  ].map(([from, event, to]) => new ElementIds().ofEdge(from as string[], event as string, to as string[]));
  expect(new Set(ids).size).toBe(ids.length);
});

test('names that stand in most machines stand in ids as they are', () => {
  expect(new ElementIds().ofEdge(['to_x1', 'in-use'], 'wire.closed', ['MAX_xA', 'a_b'])).toBe(
    'edge-to_x1.in-use--wire.closed--MAX_xA.a_b',
  );
});
