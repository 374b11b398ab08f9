import { expect, test } from 'vitest';
import { deferred, resolvable } from '../../../src/supervisor/time/deferred.js';
import { settled } from '../../support/settled.js';

test('is pending until it is settled', async () => {
  const { promise, resolve } = deferred<number>();
  let value: number | undefined;
  void promise.then((given) => {
    value = given;
  });
  await settled();
  expect(value).toBeUndefined();
  resolve(1);
  await settled();
  expect(value).toBe(1);
});

test('only the first settlement counts', async () => {
  const first = deferred<number>();
  first.resolve(1);
  first.resolve(2);
  first.reject(new Error('too late'));
  expect(await first.promise).toBe(1);

  const broken = deferred<number>();
  broken.reject(new Error('first'));
  broken.resolve(1);
  await expect(broken.promise).rejects.toThrow('first');
});

test('a promise that is only to be fulfilled is fulfilled once, and holds no function to reject it', async () => {
  const { promise, resolve, ...others } = resolvable<string>();
  resolve('first');
  resolve('second');
  await expect(promise).resolves.toBe('first');
  expect(others).toEqual({});
});
