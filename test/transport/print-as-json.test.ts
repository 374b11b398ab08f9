import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { printAsJson } from '../../src/transport/print-as-json.js';

class Door {
  static {
    printAsJson(this.prototype, 'Door');
  }

  readonly secret = 'under the mat';
  readonly inside = { lamp: { isOn: true } };

  toJSON() {
    return { isOpen: true, inside: this.inside };
  }
}

test('prints what an object says of itself, and none of its internals', () => {
  expect(inspect(new Door())).toBe('Door { isOpen: true, inside: { lamp: { isOn: true } } }');
});

test('shows no more depth than is asked for', () => {
  expect(inspect({ door: new Door() }, { depth: 1, breakLength: 200 })).toBe(
    '{ door: Door { isOpen: true, inside: [Object] } }',
  );
  expect(inspect({ house: { door: new Door() } }, { depth: 1 })).toBe('{ house: { door: [Door] } }');
});

test('costs no object anything: it is in the prototype, and no enumerable member of that', () => {
  expect(Object.getOwnPropertySymbols(new Door())).toEqual([]);
  expect(Object.keys(Door.prototype)).toEqual([]);
});
