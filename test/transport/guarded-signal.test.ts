import { addAbortListener, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { guardedController } from '../../src/transport/guarded-signal.js';
import { settled } from '../support/settled.js';

function fail(): never {
  throw new Error('bad listener');
}

const failLater: () => unknown = () => Promise.reject(new Error('bad listener'));

function aController() {
  const threw: unknown[] = [];
  const controller = guardedController((error) => threw.push(error));
  return { controller, signal: controller.signal, messages: () => threw.map((error) => (error as Error).message) };
}

test.each<[string, (signal: AbortSignal) => void]>([
  ['a function', (signal) => signal.addEventListener('abort', fail)],
  ['an object', (signal) => signal.addEventListener('abort', { handleEvent: fail })],
  ['an async function', (signal) => signal.addEventListener('abort', failLater)],
  [
    'onabort',
    (signal) => {
      Object.assign(signal, { onabort: fail });
    },
  ],
  ['a listener of addAbortListener', (signal) => void addAbortListener(signal, fail)],
])('hands over what %s throws, once, and calls the others', async (_what, listen) => {
  const { controller, signal, messages } = aController();
  const other = vi.fn();
  listen(signal);
  signal.addEventListener('abort', other);
  controller.abort();
  controller.abort();
  await settled();
  expect(messages()).toEqual(['bad listener']);
  expect(other).toHaveBeenCalledOnce();
});

test('adds a listener once, removes it, and lets one go after its first call', () => {
  const { controller, signal } = aController();
  const [twice, gone, first] = [vi.fn(), vi.fn(), vi.fn()];
  signal.addEventListener('abort', twice);
  signal.addEventListener('abort', twice);
  signal.addEventListener('abort', gone);
  signal.removeEventListener('abort', gone);
  signal.removeEventListener('abort', first);
  Object.assign(signal, { onabort: first });
  Object.assign(signal, { onabort: null });
  expect(signal.onabort).toBeNull();
  controller.abort();
  expect(twice).toHaveBeenCalledOnce();
  expect(gone).not.toHaveBeenCalled();
  expect(first).not.toHaveBeenCalled();
});

test('calls a listener as one of its own', () => {
  const { controller, signal } = aController();
  let seen: unknown;
  signal.addEventListener('abort', function (this: AbortSignal, event) {
    seen = [this, event.type, event.target];
  });
  controller.abort();
  expect(seen).toEqual([signal, 'abort', signal]);
});

test('is a signal to all that take one', async () => {
  const { controller, signal } = aController();
  expect(signal).toBeInstanceOf(AbortSignal);
  const any = AbortSignal.any([signal]);
  const waits = Promise.allSettled([
    delay(60_000, undefined, { signal }),
    once(new EventTarget(), 'never', { signal }),
    fetch('http://127.0.0.1:9/', { signal }),
  ]);
  controller.abort(new Error('over'));
  expect((await waits).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(any.reason).toBe(signal.reason);
  expect(() => signal.throwIfAborted()).toThrow('over');
});
