import { filter, Observable, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { LifelongSubscriber } from '../../src/supervisor/lifelong-subscriber.js';

class Noting extends LifelongSubscriber {
  readonly notes: unknown[] = [];

  next(value: number): void {
    this.notes.push(value);
  }

  override complete(): void {
    this.notes.push('end');
  }
}

test('RxJS takes it for a subscriber of its own, and wraps it in nothing', () => {
  const noting = new Noting();
  let seen: unknown;
  new Observable<number>((subscriber) => {
    seen = subscriber;
  }).subscribe(noting);
  expect(seen).toBe(noting);
});

test('gets everything to the end, also behind operators', () => {
  const noting = new Noting();
  const numbers = new Subject<number>();
  numbers.pipe(filter((value) => value > 1)).subscribe(noting);
  for (const value of [1, 2, 3]) numbers.next(value);
  numbers.complete();
  expect(noting.notes).toEqual([2, 3, 'end']);
});

test('has no field of its own', () => {
  expect(
    Object.keys(
      new (class extends LifelongSubscriber {
        next(): void {}
      })(),
    ),
  ).toEqual([]);
});
