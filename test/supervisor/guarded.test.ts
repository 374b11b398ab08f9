import { map } from 'rxjs';
import { expect, test, vi } from 'vitest';
import { Guarded } from '../../src/supervisor/guarded.js';

test('brings the throw of a direct subscriber to its owner, and goes on with the others', () => {
  const threw = vi.fn();
  const seen: number[] = [];
  const stream = new Guarded<number>(threw);
  stream.subscribe(() => {
    throw new Error('bad subscriber');
  });
  stream.subscribe((value) => seen.push(value));
  stream.next(1);
  stream.next(2);
  expect(seen).toEqual([1, 2]);
  expect(threw).toHaveBeenCalledTimes(2);
});

test('guards observers given as objects, their complete included', () => {
  const threw = vi.fn();
  const stream = new Guarded<number>(threw);
  stream.subscribe({
    next() {
      throw new Error('bad next');
    },
    complete() {
      throw new Error('bad complete');
    },
  });
  stream.next(1);
  stream.complete();
  expect(threw.mock.calls.map(([error]) => (error as Error).message)).toEqual(['bad next', 'bad complete']);
});

test('hands out the subscription that threw, so that it can be detached', () => {
  const seen: number[] = [];
  const stream = new Guarded<number>((_error, subscription) => subscription.unsubscribe());
  stream.subscribe((value) => {
    seen.push(value);
    throw new Error('bad subscriber');
  });
  stream.next(1);
  stream.next(2);
  expect(seen).toEqual([1]);
});

test('operators work on it, and completion reaches them', () => {
  const seen: unknown[] = [];
  const stream = new Guarded<number>(() => {});
  stream.pipe(map((value) => value * 2)).subscribe({ next: (value) => seen.push(value), complete: () => seen.push('complete') });
  stream.next(21);
  stream.complete();
  expect(seen).toEqual([42, 'complete']);
});

test('accepts a complete callback as its third argument', () => {
  const complete = vi.fn();
  const stream = new Guarded<number>(() => {});
  stream.subscribe(() => {}, null, complete);
  stream.complete();
  expect(complete).toHaveBeenCalledOnce();
});
