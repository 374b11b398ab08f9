import { expect, test } from 'vitest';
import type { Exit, RunningChild, Worker } from '../../../src/supervisor/api/child-spec.js';
import { DelayedRun } from '../../../src/supervisor/listener/delayed-run.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { TestChild } from '../../support/a-child.js';
import { settled } from '../../support/settled.js';

const CLOSE = { code: 1001, reason: '' };

function aDelayed(begin?: () => Promise<RunningChild<Worker>>) {
  const clock = createHeapClock();
  const wheel = new Wheel(clock, () => {});
  const child = new TestChild('a');
  const concluded: unknown[] = [];
  const delayed = new DelayedRun<Worker>({
    handle: child.handle,
    delayMs: 16,
    wheel,
    begin: begin ?? (() => Promise.resolve(child.start())),
    conclude: (exit) => concluded.push(exit),
  });
  const exits: Exit[] = [];
  void delayed.running.exited.then((exit) => exits.push(exit));
  return { clock, wheel, child, delayed, exits, concluded };
}

test('begins after its delay, which is owed, and ends as what has begun does', async () => {
  const { clock, wheel, child, delayed, exits } = aDelayed();
  expect([child.asked, wheel.keepAlive.isHeld, delayed.running.handle]).toEqual([[], true, child.handle]);
  await clock.advanceAsync(16);
  expect([child.asked, wheel.keepAlive.isHeld]).toEqual([['start'], false]);
  delayed.running.shutDown(CLOSE);
  await settled();
  expect([child.asked, exits]).toEqual([['start', 'shutDown 1001'], [{ reason: 'shutdown' }]]);
});

test.each([
  ['shut down', (running: RunningChild) => running.shutDown(CLOSE)],
  ['terminated', (running: RunningChild) => running.terminate()],
])('%s while it waits it never starts', async (_what, act) => {
  const { clock, wheel, child, delayed, exits } = aDelayed();
  act(delayed.running);
  await clock.advanceAsync(100);
  expect([child.asked, exits, wheel.keepAlive.isHeld, clock.pending]).toEqual([[], [{ reason: 'shutdown' }], false, 0]);
});

test('shut down while it starts it ends as soon as it has started', async () => {
  const child = new TestChild('a');
  let come = () => {};
  const { clock, delayed, exits } = aDelayed(() => new Promise((resolve) => (come = () => resolve(child.start()))));
  await clock.advanceAsync(16);
  delayed.running.shutDown(CLOSE);
  come();
  await settled();
  expect([child.asked, exits]).toEqual([['start', 'shutDown 1001'], [{ reason: 'shutdown' }]]);
});

test('one that cannot begin has crashed', async () => {
  const { clock, wheel, exits } = aDelayed(() => Promise.reject(new Error('no')));
  await clock.advanceAsync(16);
  expect([exits, wheel.keepAlive.isHeld]).toEqual([[{ reason: 'abnormal', error: new Error('no') }], false]);
});

test('reports to its handle that it is not started again', () => {
  const { delayed, concluded } = aDelayed();
  delayed.running.conclude?.({ id: 'a', reason: 'shutdown', report: undefined });
  expect(concluded).toEqual([{ id: 'a', reason: 'shutdown', report: undefined }]);
  delayed.running.terminate();
});
