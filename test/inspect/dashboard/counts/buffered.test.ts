import { expect, test } from 'vitest';
import { sumBuffered } from '../../../../src/inspect/dashboard/counts/buffered.js';

test('sums up what waits for peers, a piece at a time', () => {
  const connections = new Map(Array.from({ length: 1000 }, (_, index) => [`c${index}`, { bufferedBytes: 3 }]));
  const sums: number[] = [];
  let pauses = 0;
  for (const _ of sumBuffered(connections, (sum) => sums.push(sum))) pauses += 1;
  expect([sums, pauses]).toEqual([[3000], 3]);
});

test('ends although connections come faster than they are looked at', () => {
  const connections = new Map<string, { readonly bufferedBytes: number }>();
  const endless = {
    get bufferedBytes() {
      connections.set(`c${connections.size}`, endless);
      return 1;
    },
  };
  connections.set('c0', endless);
  let sum = 0;
  for (const _ of sumBuffered(connections, (found) => {
    sum = found;
  }));
  expect(sum).toBe(3);
});
