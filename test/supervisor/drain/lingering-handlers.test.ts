import { expect, test } from 'vitest';
import { LingeringHandlers } from '../../../src/supervisor/drain/lingering-handlers.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { settled } from '../../support/settled.js';

/** Handlers, and the clock they are waited for on. */
function someHandlers(...ids: string[]) {
  const clock = createHeapClock();
  const handlers = new LingeringHandlers();
  const ends = new Map<string, () => void>();
  for (const id of ids) handlers.add(id, { whenEnded: (done) => void ends.set(id, done) });
  let isOver = false;
  const wait = async (withinMs: number) => {
    await handlers.finished(withinMs, clock);
    isOver = true;
  };
  return { clock, handlers, wait, end: (id: string) => ends.get(id)?.(), isOver: () => isOver };
}

test('without a handler there is no wait', async () => {
  const { clock, handlers, wait } = someHandlers();
  await wait(1_000);
  expect([handlers.ids, clock.pending]).toEqual([[], 0]);
});

test('the end of the last handler ends the wait, and its timer', async () => {
  const { clock, handlers, wait, end, isOver } = someHandlers('a', 'b');
  void wait(1_000);
  end('a');
  await settled();
  expect([isOver(), handlers.ids]).toEqual([false, ['b']]);
  end('b');
  await settled();
  expect([isOver(), handlers.ids, clock.pending]).toEqual([true, [], 0]);
});

test('handlers that do not end in time are named', async () => {
  const { clock, handlers, wait, end, isOver } = someHandlers('a', 'b');
  void wait(1_000);
  end('b');
  await clock.advanceAsync(999);
  expect(isOver()).toBe(false);
  await clock.advanceAsync(1);
  expect([isOver(), handlers.ids]).toEqual([true, ['a']]);
});
