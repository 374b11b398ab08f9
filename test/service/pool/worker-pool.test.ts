import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from '../../../src/index.js';
import { intensityOf, WorkerPool, WorkerStartError } from '../../../src/service/pool/worker-pool.js';
import { createHeapClock, type HeapClock } from '../../../src/testing/index.js';
import { settled } from '../../support/settled.js';
import { FakeWorker } from './fake-worker.js';

const ENDS_WITHIN_MS = 30_000;
let clock: HeapClock;
let supervisor: Supervisor;
let forked: FakeWorker[];
let pool: WorkerPool;

beforeEach(() => {
  clock = createHeapClock();
  forked = [];
});
afterEach(async () => {
  const ended = supervisor.terminate();
  for (const worker of forked) worker.exit(0);
  await ended;
});

/** The process that was forked last for a worker. */
function processOf(worker: number): FakeWorker {
  const found = forked.findLast((one) => one.worker === worker);
  if (found === undefined) throw new Error(`worker ${worker} was not forked`);
  return found;
}

async function started(workers: number): Promise<void> {
  supervisor = createSupervisor({ clock, intensity: intensityOf(workers), warnWhenFailed: false });
  pool = new WorkerPool({
    supervisor,
    workers,
    endsWithinMs: ENDS_WITHIN_MS,
    fork: (worker) => {
      const made = new FakeWorker(worker);
      forked.push(made);
      return made;
    },
  });
  const first = pool.startFirst();
  await settled();
  processOf(1).ready();
  await first;
  const others = pool.startOthers();
  await settled();
  for (let worker = 2; worker <= workers; worker += 1) processOf(worker).ready();
  await others;
}

test('starts the first worker alone, then the others together', async () => {
  await started(3);
  expect(forked.map(({ worker }) => worker)).toEqual([1, 2, 3]);
  expect(supervisor.whichChildren().map(({ id }) => id)).toEqual(['worker-1', 'worker-2', 'worker-3']);
});

test('a first worker that exits before it is ready is not started again', async () => {
  await started(1);
  const reloading = pool.reload();
  await settled();
  processOf(2).exit(2);
  await expect(reloading).rejects.toEqual(new WorkerStartError(2, 2));
  expect(supervisor.whichChildren().map(({ id }) => id)).toEqual(['worker-1']);
  expect(forked.map(({ worker }) => worker)).toEqual([1, 2]);
});

test('a worker that crashes is started again after a moment, and later each time', async () => {
  await started(2);
  processOf(2).exit(1);
  await settled();
  expect(forked).toHaveLength(2);
  await clock.advanceAsync(1000);
  expect(forked).toHaveLength(3);
  processOf(2).ready();
  processOf(2).exit('SIGSEGV');
  await settled();
  await clock.advanceAsync(999);
  expect(forked).toHaveLength(3);
  await clock.advanceAsync(1001);
  expect(forked).toHaveLength(4);
});

test('a worker that has been well for long is forgiven its crashes', async () => {
  await started(1);
  for (let crash = 0; crash < 20; crash += 1) {
    await clock.advanceAsync(15_000);
    processOf(1).exit(1);
    await settled();
    await clock.advanceAsync(1000);
    processOf(1).ready();
  }
  expect([supervisor.state, forked.length]).toEqual(['running', 21]);
});

test('a worker that exits with 0 without being asked is started again', async () => {
  await started(1);
  processOf(1).exit(0);
  await settled();
  await clock.advanceAsync(1000);
  expect(forked).toHaveLength(2);
});

test('the service gives up when all workers keep crashing', async () => {
  await started(2);
  for (let second = 0; second < 120 && supervisor.state === 'running'; second += 1) {
    for (const worker of [1, 2]) processOf(worker).exit(1);
    await settled();
    await clock.advanceAsync(1000);
  }
  expect(supervisor.state).toBe('failed');
});

test('one that keeps crashing does not take down the others', async () => {
  await started(3);
  for (let second = 0; second < 600; second += 1) {
    processOf(2).exit(1);
    await settled();
    await clock.advanceAsync(1000);
  }
  expect(supervisor.state).toBe('running');
});

test('a reload has the new worker ready before the old one retires, one after the other', async () => {
  await started(2);
  const reloading = pool.reload();
  await settled();
  expect(processOf(1).got).toEqual([]);
  processOf(3).ready();
  await settled();
  expect([processOf(1).got, processOf(2).got, forked.length]).toEqual([['retire'], [], 3]);
  processOf(1).exit(0);
  await settled();
  processOf(4).ready();
  await settled();
  expect(processOf(2).got).toEqual(['retire']);
  processOf(2).exit(0);
  await reloading;
  expect(supervisor.whichChildren().map(({ id }) => id)).toEqual(['worker-3', 'worker-4']);
});

test('during a reload clients come to the newest workers, and to the emptiest of them', async () => {
  await started(2);
  for (let i = 0; i < 4; i += 1) pool.hand(new Socket());
  expect([processOf(1).sockets.length, processOf(2).sockets.length]).toEqual([2, 2]);
  const reloading = pool.reload();
  await settled();
  processOf(3).ready();
  for (let i = 0; i < 3; i += 1) pool.hand(new Socket());
  processOf(1).exit(0);
  await settled();
  processOf(4).ready();
  for (let i = 0; i < 3; i += 1) pool.hand(new Socket());
  processOf(2).exit(0);
  await reloading;
  expect([1, 2, 3, 4].map((worker) => processOf(worker).sockets.length)).toEqual([2, 2, 3, 3]);
});

test('a reload that fails leaves the old workers, which take clients still', async () => {
  await started(2);
  const reloading = pool.reload();
  await settled();
  processOf(3).exit(1);
  await expect(reloading).rejects.toBeInstanceOf(WorkerStartError);
  pool.hand(new Socket());
  pool.hand(new Socket());
  expect([1, 2].map((worker) => [processOf(worker).got, processOf(worker).sockets.length])).toEqual([
    [['socket'], 1],
    [['socket'], 1],
  ]);
});

test('an old worker that does not end in time is ended', async () => {
  await started(1);
  const reloading = pool.reload();
  await settled();
  processOf(2).ready();
  await settled();
  await clock.advanceAsync(ENDS_WITHIN_MS);
  await reloading;
  expect(processOf(1).isCut).toBe(true);
});

test('while no worker is there clients wait for one', async () => {
  await started(1);
  processOf(1).exit(1);
  await settled();
  pool.hand(new Socket());
  await clock.advanceAsync(1000);
  expect(processOf(1).sockets).toHaveLength(0);
  processOf(1).ready();
  expect(processOf(1).sockets).toHaveLength(1);
});

test('a worker that is leaving by itself gets no more clients', async () => {
  await started(2);
  processOf(1).say({ kind: 'leaving' });
  pool.hand(new Socket());
  pool.hand(new Socket());
  expect([1, 2].map((worker) => processOf(worker).sockets.length)).toEqual([0, 2]);
});

test('a stop asks all workers at once, and ends those that do not obey', async () => {
  await started(2);
  const stopped = supervisor.stop();
  await settled();
  expect([1, 2].map((worker) => processOf(worker).got)).toEqual([['stop'], ['stop']]);
  pool.hand(new Socket());
  expect(processOf(1).sockets).toHaveLength(1);
  processOf(1).exit(0);
  await settled();
  await clock.advanceAsync(ENDS_WITHIN_MS + 2000);
  expect(processOf(2).isCut).toBe(true);
  expect((await stopped).outcome).toBe('stopped');
});
