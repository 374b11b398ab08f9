import { expect, test } from 'vitest';
import { asInterface, checkArguments } from '../../../src/adapters/websocket/web-idl.js';

test('a class gets constants that cannot be changed, members that are enumerable, and a tag', () => {
  class Thing {
    get size(): number {
      return 1;
    }
    act(): void {}
  }
  asInterface(Thing, 'Thing', { LARGE: 2 });
  const constant = { value: 2, writable: false, enumerable: true, configurable: false };
  for (const owner of [Thing, Thing.prototype])
    expect(Object.getOwnPropertyDescriptor(owner, 'LARGE')).toEqual(constant);
  expect(Object.keys(Thing.prototype)).toEqual(['size', 'act', 'LARGE']);
  expect(Object.prototype.toString.call(new Thing())).toBe('[object Thing]');
});

test('an argument that is undefined is one', () => {
  expect(() => checkArguments([], 'send')).toThrow(TypeError);
  expect(() => checkArguments([undefined], 'send')).not.toThrow();
});
