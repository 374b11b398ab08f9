import { expect, test } from 'vitest';
import { Emitter, Watched } from '../../src/cluster/emitter.js';

test('a value that a subscriber emits comes to all after the present one', () => {
  const emitter = new Emitter<number>(() => {});
  const got: string[] = [];
  emitter.stream.subscribe((value) => {
    got.push(`a${value}`);
    if (value === 1) emitter.emit(2);
  });
  emitter.stream.subscribe((value) => got.push(`b${value}`));
  emitter.emit(1);
  expect(got).toEqual(['a1', 'b1', 'a2', 'b2']);
});

test('a subscriber that throws is detached, and others go on', () => {
  const errors: unknown[] = [];
  const emitter = new Emitter<number>((error) => errors.push(error));
  const got: number[] = [];
  emitter.stream.subscribe(() => {
    throw new Error('a bug');
  });
  emitter.stream.subscribe((value) => got.push(value));
  emitter.emit(1);
  emitter.emit(2);
  expect([got, errors]).toEqual([[1, 2], [new Error('a bug')]]);
});

test('a watched stream says when it has a first subscriber, and when the last has gone', () => {
  const watched: boolean[] = [];
  const emitter = new Emitter<number>(
    () => {},
    (onThrow) => new Watched(onThrow, (isWatched) => watched.push(isWatched)),
  );
  const [a, b] = [emitter.stream.subscribe(), emitter.stream.subscribe()];
  a.unsubscribe();
  expect(watched).toEqual([true]);
  b.unsubscribe();
  emitter.stream.subscribe();
  expect(watched).toEqual([true, false, true]);
  emitter.complete();
});
