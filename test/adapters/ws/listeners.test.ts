import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import {
  addListener,
  attributeOf,
  removeListener,
  setAttribute,
  type Target,
} from '../../../src/adapters/ws/listeners.js';

const target = () =>
  Object.assign(new EventEmitter(), { readyState: 1, wasClean: false }) as unknown as Target & EventEmitter;

test('a listener is added once, also beside an attribute that is the same function', () => {
  const emitter = target();
  const listener = vi.fn();
  addListener(emitter, 'open', listener);
  addListener(emitter, 'open', listener);
  setAttribute(emitter, 'open', listener);
  emitter.emit('open');
  expect(listener).toHaveBeenCalledTimes(2);
  removeListener(emitter, 'open', listener);
  removeListener(emitter, 'open', listener);
  emitter.emit('open');
  expect(listener).toHaveBeenCalledTimes(3);
});

test('a listener that asks for it is called once', () => {
  const emitter = target();
  const listener = vi.fn();
  addListener(emitter, 'open', listener, { once: true });
  emitter.emit('open');
  emitter.emit('open');
  expect(listener).toHaveBeenCalledOnce();
});

test('an object that handles events is called as its owner', () => {
  const emitter = target();
  const log: unknown[] = [];
  const owner = {
    handleEvent({ data }: { readonly data: unknown }) {
      log.push(this === owner, data);
    },
  };
  addListener(emitter, 'message', owner);
  emitter.emit('message', Buffer.from('bytes'), true);
  expect(log).toEqual([true, Buffer.from('bytes')]);
});

test('other types, and attributes that are no functions, are passed over', () => {
  const emitter = target();
  addListener(emitter, 'ping', () => {});
  addListener(emitter, 'constructor', () => {});
  setAttribute(emitter, 'close', 'nonsense');
  expect(emitter.eventNames()).toEqual([]);
  expect(attributeOf(emitter, 'close')).toBeNull();
});
