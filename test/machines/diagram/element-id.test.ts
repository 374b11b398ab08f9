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
  const given = [['a.b'], ['a', 'b'], ['a.b--2'], ['a.b']].map((path) => ids.ofState(path));
  expect(given).toEqual(['state-a.b', 'state-a.b--2', 'state-a.b--2--2', 'state-a.b--3']);
  expect(new Set(given).size).toBe(given.length);
});
