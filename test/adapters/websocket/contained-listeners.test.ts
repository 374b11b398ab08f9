import { describe, expect, test } from 'vitest';
import { ContainedListeners } from '../../../src/adapters/websocket/contained-listeners.js';

function aTarget() {
  const thrown: unknown[] = [];
  const target = new EventTarget();
  const listeners = new ContainedListeners(target, (error) => thrown.push(error));
  const listen = (listener: unknown, options = {}) =>
    target.addEventListener('x', listeners.wrap(listener) as () => void, options);
  return { target, listeners, listen, thrown };
}

describe('what a listener throws goes to the one function', () => {
  test.each([
    [
      'at once',
      () => {
        throw new Error('bug');
      },
    ],
    ['later', () => Promise.reject(new Error('bug'))],
    [
      'in handleEvent',
      {
        handleEvent() {
          throw new Error('bug');
        },
      },
    ],
    ['by having no handleEvent', {}],
  ])('%s, and the other listeners run', async (_when, listener) => {
    const { target, listen, thrown } = aTarget();
    let calls = 0;
    listen(listener);
    listen(() => {
      calls += 1;
    });
    target.dispatchEvent(new Event('x'));
    await Promise.resolve();
    await Promise.resolve();
    expect(calls).toBe(1);
    expect(thrown).toEqual([expect.any(Error)]);
  });
});

test('a listener is called on the target, an object on itself', () => {
  const { target, listen } = aTarget();
  const seen: unknown[] = [];
  const object = {
    handleEvent() {
      seen.push(this);
    },
  };
  listen(function listener(this: unknown) {
    seen.push(this);
  });
  listen(object);
  target.dispatchEvent(new Event('x'));
  expect(seen[0]).toBe(target);
  expect(seen[1]).toBe(object);
});

test('a listener is one and the same each time it is added or removed', () => {
  const { listeners } = aTarget();
  const listener = () => {};
  expect(listeners.wrap(listener)).toBe(listeners.wrap(listener));
});

test('what is no listener is left for the target to refuse', () => {
  const { listeners, listen } = aTarget();
  expect(listeners.wrap(undefined)).toBe(undefined);
  expect(listeners.wrap(null)).toBe(null);
  expect(() => listen('text')).toThrow(TypeError);
});
