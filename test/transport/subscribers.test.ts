import { Subscriber } from 'rxjs';
import { expect, test } from 'vitest';
import {
  emitComplete,
  emitNext,
  type Subscribers,
  withoutSubscriber,
  withSubscriber,
} from '../../src/transport/subscribers.js';

function named(notes: string[], name: string): Subscriber<number> {
  return new Subscriber<number>({
    next: (value) => notes.push(`${name} ${value}`),
    complete: () => notes.push(`${name} end`),
    error: () => {},
  });
}

test('one, two, three, and back to none: each gets every value once, in order', () => {
  const notes: string[] = [];
  const [a, b, c] = [named(notes, 'a'), named(notes, 'b'), named(notes, 'c')];
  let subscribers: Subscribers<number>;
  emitNext(subscribers, 0);
  subscribers = withSubscriber(subscribers, a);
  emitNext(subscribers, 1);
  subscribers = withSubscriber(withSubscriber(subscribers, b), c);
  emitNext(subscribers, 2);
  subscribers = withoutSubscriber(subscribers, a);
  emitNext(subscribers, 3);
  subscribers = withoutSubscriber(withoutSubscriber(subscribers, c), a);
  emitNext(subscribers, 4);
  subscribers = withoutSubscriber(subscribers, b);
  emitNext(subscribers, 5);
  expect(subscribers).toBeUndefined();
  expect(notes).toEqual(['a 1', 'a 2', 'b 2', 'c 2', 'b 3', 'c 3', 'b 4']);
});

test('completion is delivered to each', () => {
  const notes: string[] = [];
  emitComplete(undefined);
  emitComplete(named(notes, 'alone'));
  emitComplete([named(notes, 'a'), named(notes, 'b')]);
  expect(notes).toEqual(['alone end', 'a end', 'b end']);
});
