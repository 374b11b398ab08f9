import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { longestTurn, longestTurnEachTime } from './longest-turn.js';
import { loopWorkedMs } from './loop-worked.js';

const AT_WORK_MS = 60;

/**
 * A busy loop. Its end is counted in time that its thread has had of a processor, which a busy machine hands out in
 * parts. It seldom looks, since each look is garbage, and collections do not count as work.
 */
function work(): void {
  const before = loopWorkedMs();
  let sum = 0;
  while (loopWorkedMs() - before < AT_WORK_MS) for (let i = 0; i < 1_000_000; i += 1) sum = (sum + i) | 0;
  expect(sum).toBeTypeOf('number');
}

test('returns how long the loop was blocked by its own work', async () => {
  const longest = await longestTurn(async () => work());
  expect(longest).toBeGreaterThan(AT_WORK_MS / 2);
});

test('does not count what another thread does while the loop waits for a processor', async () => {
  const flag = new Int32Array(new SharedArrayBuffer(8));
  const program = `
    const { workerData: flag } = require('node:worker_threads');
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
    const { user, system } = process.cpuUsage();
    for (;;) {
      const since = process.cpuUsage({ user, system });
      if (since.user + since.system > ${AT_WORK_MS * 1000}) break;
    }
    Atomics.store(flag, 1, 1);
    Atomics.notify(flag, 1);`;
  const worker = new Worker(program, { eval: true, workerData: flag });
  await new Promise((resolve) => worker.once('online', resolve));
  const longest = await longestTurn(async () => {
    Atomics.wait(flag, 0, 0);
    Atomics.wait(flag, 1, 0);
  });
  await worker.terminate();
  expect(Atomics.load(flag, 1)).toBe(1);
  expect(longest).toBeLessThan(AT_WORK_MS / 2);
});

test('what blocks the loop the first time only does not count as blocking it each time', async () => {
  let times = 0;
  const once = async () => {
    times += 1;
    if (times === 1) work();
  };
  expect(await longestTurnEachTime(once, AT_WORK_MS / 2)).toBeLessThan(AT_WORK_MS / 2);
  expect(times).toBe(3);
  expect(await longestTurnEachTime(async () => work(), AT_WORK_MS / 2)).toBeGreaterThan(AT_WORK_MS / 2);
});
