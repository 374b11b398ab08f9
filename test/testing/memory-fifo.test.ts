import { expect, test } from 'vitest';
import { Fifo } from '../../src/testing/memory-fifo.js';

const item = (n: number) => ({ n });

test('gives items in the order they came, and nothing when it is empty', () => {
  const fifo = new Fifo<{ n: number }>();
  expect(fifo.first).toBeUndefined();
  expect(fifo.shift()).toBeUndefined();
  fifo.push(item(1));
  fifo.push(item(2));
  expect(fifo.length).toBe(2);
  expect(fifo.first).toEqual({ n: 1 });
  expect([fifo.shift(), fifo.shift(), fifo.shift()]).toEqual([{ n: 1 }, { n: 2 }, undefined]);
  expect(fifo.length).toBe(0);
});

test('keeps order and length while it grows and shrinks, also far beyond what it cuts off at once', () => {
  const fifo = new Fifo<{ n: number }>();
  const model: { n: number }[] = [];
  let next = 0;
  for (let round = 0; round < 8; round += 1) {
    for (let n = 0; n < 3_000; n += 1) {
      const added = item(next++);
      fifo.push(added);
      model.push(added);
    }
    for (let n = 0; n < 2_500; n += 1) expect(fifo.shift()).toBe(model.shift());
    expect(fifo.length).toBe(model.length);
    expect(fifo.first).toBe(model[0]);
  }
});

test('hands out those that are meant and keeps the others in order', () => {
  const fifo = new Fifo<{ n: number }>();
  for (let n = 0; n < 6; n += 1) fifo.push(item(n));
  fifo.shift();
  expect(fifo.take(({ n }) => n % 2 === 1)).toEqual([{ n: 1 }, { n: 3 }, { n: 5 }]);
  expect(fifo.length).toBe(2);
  fifo.push(item(6));
  expect([fifo.shift(), fifo.shift(), fifo.shift(), fifo.shift()]).toEqual([{ n: 2 }, { n: 4 }, { n: 6 }, undefined]);
});
