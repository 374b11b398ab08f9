import { expect, test } from 'vitest';
import { EventHandlers } from '../../../src/adapters/websocket/event-handlers.js';

function aTarget() {
  const target = new EventTarget();
  const calls: string[] = [];
  const fire = () => {
    calls.length = 0;
    target.dispatchEvent(new Event('x'));
    return [...calls];
  };
  return { target, handlers: new EventHandlers(target), calls, fire };
}

test('is null until it is set, and again when it is removed', () => {
  const { handlers } = aTarget();
  const handler = () => {};
  expect(handlers.get('x')).toBe(null);
  handlers.set('x', handler);
  expect(handlers.get('x')).toBe(handler);
  handlers.set('x', 'a text');
  expect(handlers.get('x')).toBe(null);
  handlers.set('x', undefined);
  expect(handlers.get('x')).toBe(null);
});

test('keeps its place when it is replaced, and gets a new one when it was removed', () => {
  const { target, handlers, calls, fire } = aTarget();
  handlers.set('x', () => calls.push('first'));
  target.addEventListener('x', () => calls.push('listener'));
  handlers.set('x', () => calls.push('second'));
  expect(fire()).toEqual(['second', 'listener']);
  handlers.set('x', null);
  expect(fire()).toEqual(['listener']);
  handlers.set('x', () => calls.push('third'));
  expect(fire()).toEqual(['listener', 'third']);
});

test('keeps an object, and calls nothing of it', () => {
  const { handlers, fire } = aTarget();
  const object = { handleEvent: () => expect.unreachable() };
  handlers.set('x', object);
  expect(fire()).toEqual([]);
  expect(handlers.get('x')).toBe(object);
});

test('is called on the target; false prevents the default', () => {
  const { target, handlers } = aTarget();
  const seen: unknown[] = [];
  handlers.set('x', function handler(this: unknown) {
    seen.push(this);
    return false;
  });
  expect(target.dispatchEvent(new Event('x', { cancelable: true }))).toBe(false);
  expect(seen[0]).toBe(target);
});
