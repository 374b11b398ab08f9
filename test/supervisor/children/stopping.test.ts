import { expect, test } from 'vitest';
import type { Exit, RunningChild } from '../../../src/supervisor/api/child-spec.js';
import { Stopping } from '../../../src/supervisor/children/stopping.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { TestChild } from '../../support/a-child.js';
import { settled } from '../../support/settled.js';

const CLOSE = { code: 1012, reason: 'restart' };

function stopping(child: TestChild, shutdown: number | 'brutal') {
  const clock = createHeapClock();
  const exits: Exit[] = [];
  const run = new Stopping(child.start(), shutdown, CLOSE, clock);
  void run.exit.then((exit) => exits.push(exit));
  return { clock, exits, run };
}

// supervisor(3), "shutdown": "an integer time-out value means that the supervisor tells the child process to terminate
// by calling exit(Child,shutdown) and then wait for an exit signal with reason shutdown back from the child process. If
// no exit signal is received within the specified number of milliseconds, the child process is unconditionally
// terminated".
test('a child that ends within its budget is shut down once, and never terminated', async () => {
  const child = new TestChild('a');
  const { clock, exits } = stopping(child, 100);
  await settled();
  expect(exits).toEqual([{ reason: 'shutdown' }]);
  expect(clock.pending).toBe(0);
  expect(child.asked).toEqual(['start', 'shutDown 1012 restart']);
});

test('a child that goes on is terminated at its budget, not before', async () => {
  const child = new TestChild('a');
  child.atShutDown = 'lingers';
  const { clock, exits } = stopping(child, 100);
  await clock.advanceAsync(99);
  expect([child.isAlive, exits]).toEqual([true, []]);
  await clock.advanceAsync(1);
  expect(child.asked).toEqual(['start', 'shutDown 1012 restart', 'terminate']);
  expect(exits).toEqual([{ reason: 'abnormal' }]);
});

// "brutal_kill means that the child process is unconditionally terminated using exit(Child,kill)."
test('a brutal child is terminated at once, without a shutdown before', async () => {
  const child = new TestChild('a');
  const { exits } = stopping(child, 'brutal');
  await settled();
  expect(child.asked).toEqual(['start', 'terminate']);
  expect(exits).toHaveLength(1);
});

test('Infinity waits, without a timer', async () => {
  const child = new TestChild('a');
  child.atShutDown = 'lingers';
  const { clock, exits } = stopping(child, Number.POSITIVE_INFINITY);
  await clock.advanceAsync(1_000_000);
  expect([clock.pending, exits]).toEqual([0, []]);
  child.exit('normal');
  await settled();
  expect(exits).toEqual([{ reason: 'normal' }]);
});

test('terminate works once', async () => {
  const child = new TestChild('a');
  child.atShutDown = 'lingers';
  const { run } = stopping(child, 100);
  run.terminate();
  run.terminate();
  await run.exit;
  expect(child.asked).toEqual(['start', 'shutDown 1012 restart', 'terminate']);
});

test('a child that crashes while it ends has crashed', async () => {
  const child = new TestChild('a');
  child.atShutDown = 'lingers';
  const { exits } = stopping(child, 100);
  child.exit('abnormal', new Error('boom'));
  await settled();
  expect(exits).toEqual([{ reason: 'abnormal', error: new Error('boom') }]);
});

const fail = (): never => {
  throw new Error('neither');
};

const broken = (parts: Partial<RunningChild>): RunningChild => ({ ...new TestChild('a').start(), ...parts });

test.each([
  [
    'shutDown throws is terminated, and has crashed with that',
    (terminated: () => void) => {
      let end: (exit: Exit) => void = () => {};
      const exited = new Promise<Exit>((resolve) => (end = resolve));
      return broken({
        exited,
        shutDown: () => {
          throw new Error('no');
        },
        terminate: () => {
          terminated();
          end({ reason: 'shutdown' });
        },
      });
    },
  ],
  [
    'terminate throws as well is given up',
    (terminated: () => void) =>
      broken({
        shutDown: () => {
          throw new Error('no');
        },
        terminate: () => {
          terminated();
          throw new Error('neither');
        },
      }),
  ],
])('one whose %s', async (_what, make) => {
  let terminations = 0;
  const run = new Stopping(
    make(() => {
      terminations += 1;
    }),
    100,
    CLOSE,
    createHeapClock(),
  );
  expect(await run.exit).toEqual({ reason: 'abnormal', error: new Error('no') });
  expect(terminations).toBe(1);
});

test.each(['shutDown', 'terminate'] as const)('a %s that rejects later counts as one that throws', async (method) => {
  const run = new Stopping(
    broken({
      terminate: () => {},
      [method]: () => Promise.reject(new Error('no')),
      ...(method === 'shutDown' ? { terminate: fail } : {}),
    }),
    method === 'shutDown' ? 100 : 'brutal',
    CLOSE,
    createHeapClock(),
  );
  expect(await run.exit).toEqual({ reason: 'abnormal', error: new Error('no') });
});

// "terminate of a worker of yours has to end it; nobody else can": a supervisor used to wait for it for ever.
test('a worker that does not end when it is terminated is abandoned', async () => {
  const clock = createHeapClock();
  const run = new Stopping(
    broken({ exited: new Promise(() => {}), shutDown: () => {}, terminate: () => {} }),
    100,
    CLOSE,
    clock,
  );
  let exit: Exit | undefined;
  void run.exit.then((ended) => (exit = ended));
  await clock.advanceAsync(5_099);
  expect(exit).toBeUndefined();
  await clock.advanceAsync(1);
  expect(exit).toEqual({
    reason: 'abnormal',
    error: new Error('a worker had not ended 5000 ms after it was terminated; it was given up'),
  });
  expect(clock.pending).toBe(0);
});

test('a supervisor, whose children have deadlines of their own, is not', async () => {
  const clock = createHeapClock();
  const handle = { kind: 'supervisor' } as never;
  const run = new Stopping(
    broken({ handle, exited: new Promise(() => {}), terminate: () => {} }),
    'brutal',
    CLOSE,
    clock,
  );
  void run.exit;
  expect(clock.pending).toBe(0);
});

test('an exited that rejects is a crash', async () => {
  const run = new Stopping(
    broken({ exited: Promise.reject(new Error('lost')), shutDown: () => {} }),
    100,
    CLOSE,
    createHeapClock(),
  );
  expect(await run.exit).toEqual({ reason: 'abnormal', error: new Error('lost') });
});
