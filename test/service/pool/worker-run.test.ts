import { Socket } from 'node:net';
import { beforeEach, expect, test } from 'vitest';
import type { FromWorker } from '../../../src/service/pool/messages.js';
import { type RunOwner, WorkerRun } from '../../../src/service/pool/worker-run.js';
import { createHeapClock, type HeapClock } from '../../../src/testing/index.js';
import { settled } from '../../support/settled.js';
import { FakeWorker } from './fake-worker.js';

class Owner implements RunOwner {
  readonly clock: HeapClock = createHeapClock();
  readonly endsWithinMs = 10_000;
  readonly forked = new FakeWorker(1);
  forks = 0;
  readonly log: string[] = [];

  fork(): FakeWorker {
    this.forks += 1;
    return this.forked;
  }

  opened(): void {
    this.log.push('opened');
  }

  left(): void {
    this.log.push('left');
  }

  onMessage(_run: WorkerRun, { kind }: FromWorker): void {
    this.log.push(kind);
  }
}

let owner: Owner;
beforeEach(() => {
  owner = new Owner();
});

test('counts what it has: what it has reported, and what is on its way', () => {
  const run = new WorkerRun(owner, 1, 0, 0);
  owner.forked.ready();
  for (let i = 0; i < 3; i += 1) run.take(new Socket());
  expect(run.load).toBe(3);
  owner.forked.say({ kind: 'load', received: 2, open: 1 });
  expect(run.load).toBe(2);
});

test('an exit that nobody has asked for is abnormal, with the status', async () => {
  const run = new WorkerRun(owner, 1, 0, 0);
  owner.forked.exit('SIGSEGV');
  expect(await run.exited).toEqual({
    reason: 'abnormal',
    error: new Error('the process of worker 1 has exited by SIGSEGV'),
  });
  expect([await run.ready, run.status, owner.log]).toEqual([undefined, 'SIGSEGV', ['left']]);
});

test('one that is not ready in time is ended', async () => {
  const run = new WorkerRun(owner, 1, 0, 0);
  await owner.clock.advanceAsync(60_000);
  expect(owner.forked.isCut).toBe(true);
  expect((await run.exited).reason).toBe('abnormal');
});

test('once it is ready it may take its time', async () => {
  const run = new WorkerRun(owner, 1, 0, 0);
  owner.forked.ready();
  await owner.clock.advanceAsync(3_600_000);
  expect([owner.forked.isCut, await run.ready]).toEqual([false, expect.objectContaining({ kind: 'ready' })]);
});

test('waits before its fork, and one that is stopped meanwhile is never forked', async () => {
  const run = new WorkerRun(owner, 1, 0, 5000);
  await owner.clock.advanceAsync(4999);
  expect(owner.forks).toBe(0);
  run.shutDown();
  expect(await run.exited).toEqual({ reason: 'shutdown' });
  await owner.clock.advanceAsync(5000);
  expect(owner.forks).toBe(0);
});

test('terminate asks, and ends the process soon after', async () => {
  const run = new WorkerRun(owner, 1, 0, 0);
  owner.forked.ready();
  run.terminate();
  expect([owner.forked.got, owner.forked.isCut]).toEqual([['terminate'], false]);
  await owner.clock.advanceAsync(2000);
  expect([owner.forked.isCut, await run.exited]).toEqual([true, { reason: 'shutdown' }]);
});

test('passes on what is for its owner', async () => {
  const run = new WorkerRun(owner, 1, 0, 0);
  owner.forked.ready();
  owner.forked.say({ kind: 'gather', request: 1 });
  owner.forked.say({ kind: 'leaving' });
  await settled();
  expect([owner.log, run.load]).toEqual([['opened', 'gather', 'left'], 0]);
});

test('one that becomes ready after it was asked to end takes nobody', () => {
  const run = new WorkerRun(owner, 1, 0, 0);
  run.shutDown();
  owner.forked.ready();
  expect(owner.log).not.toContain('opened');
});
