import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Distributor, type Taker } from '../../../src/service/pool/distributor.js';

class Counter implements Taker {
  readonly generation: number;
  load: number;

  constructor(generation: number, load = 0) {
    this.generation = generation;
    this.load = load;
  }

  take(): void {
    this.load += 1;
  }
}

test('gives each socket to the taker with the fewest', () => {
  const distributor = new Distributor();
  const takers = [new Counter(0, 5), new Counter(0, 1), new Counter(0, 3)];
  for (const taker of takers) distributor.add(taker);
  for (let i = 0; i < 6; i += 1) distributor.hand(new Socket());
  expect(takers.map(({ load }) => load)).toEqual([5, 5, 5]);
});

test('gives sockets to the newest generation, however full it is', () => {
  const distributor = new Distributor();
  const [old, fresh] = [new Counter(1, 0), new Counter(2, 100)];
  distributor.add(old);
  distributor.add(fresh);
  distributor.hand(new Socket());
  distributor.remove(fresh);
  distributor.hand(new Socket());
  expect([old.load, fresh.load]).toEqual([1, 101]);
});

test('holds sockets until there is a taker, and drops what is held at the end', () => {
  const distributor = new Distributor();
  const taker = new Counter(0);
  distributor.hand(new Socket());
  distributor.add(taker);
  expect(taker.load).toBe(1);
  distributor.remove(taker);
  const late = new Socket();
  distributor.hand(late);
  distributor.close();
  expect(late.destroyed).toBe(true);
});
