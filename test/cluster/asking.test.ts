import { expect, test } from 'vitest';
import { Asking } from '../../src/cluster/asking.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';

function anAsking() {
  const clock = createHeapClock();
  const asking = new Asking(clock);
  const asked: number[] = [];
  const ask = (nodes: readonly string[], isHeard = true) =>
    asking.ask(nodes, 100, (request) => {
      asked.push(request);
      return isHeard;
    });
  return { clock, asking, asked, ask };
}

test('is over when all have answered; an answer of another node counts too, one to no question does not', async () => {
  const { asking, asked, ask, clock } = anAsking();
  const answers = ask(['a', 'b']);
  const [request = 0] = asked;
  asking.answered(request, 'c', 3);
  asking.answered(99, 'a', 9);
  asking.answered(request, 'a', 1);
  asking.answered(request, 'b', 2);
  expect(await answers).toEqual({ values: new Map(Object.entries({ c: 3, a: 1, b: 2 })), unanswered: [] });
  asking.answered(request, 'b', 2);
  expect(clock.pending).toBe(0);
});

test('is over after its time, with those that have not answered', async () => {
  const { asking, asked, ask, clock } = anAsking();
  const answers = ask(['a', 'b']);
  asking.answered(asked[0] ?? 0, 'b', 2);
  clock.advance(100);
  expect(await answers).toEqual({ values: new Map([['b', 2]]), unanswered: ['a'] });
});

test('is over at once if there is nobody, if nobody hears, and when it is closed', async () => {
  const { asking, ask } = anAsking();
  expect(await ask([])).toEqual({ values: new Map(), unanswered: [] });
  expect(await ask(['a'], false)).toEqual({ values: new Map(), unanswered: ['a'] });
  const answers = ask(['a']);
  asking.close();
  expect((await answers).unanswered).toEqual(['a']);
});
