import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Wheel, type WheelSlot, type WheelTask } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';

class Task implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly onDue: (now: number) => void;

  constructor(onDue: (now: number) => void = () => {}) {
    this.onDue = onDue;
  }
}

function setup() {
  const clock = createHeapClock();
  const onTaskError = vi.fn<(error: unknown) => void>();
  return { clock, onTaskError, wheel: new Wheel(clock, onTaskError) };
}

/** Scheduled as a model would have it: sorted by bucket, in order within one. */
const bucketOf = (dueAt: number, delayMs: number) => {
  const width = delayMs < 32 ? 1 : Math.min(1024, 2 ** Math.floor(Math.log2(delayMs / 16)));
  return Math.ceil(dueAt / width) * width;
};

describe('a deadline', () => {
  test.each([1, 1.5, 31, 32, 33, 100, 999, 5_000, 30_000, 3_600_000])(
    'of %d ms is never early, and late by a sixteenth at most',
    (delayMs) => {
      const { clock, wheel } = setup();
      clock.advance(12_345.678);
      const start = clock.now();
      const due = vi.fn();
      wheel.schedule(new Task(due), delayMs);
      clock.advance(2 * delayMs + 2);
      expect(due).toHaveBeenCalledOnce();
      const tookMs = due.mock.lastCall?.[0] - start;
      expect(tookMs).toBeGreaterThanOrEqual(delayMs);
      expect(tookMs).toBeLessThanOrEqual(delayMs + Math.max(delayMs / 16, 1) + 1);
    },
  );

  test('is late by a second at most, however long its delay', () => {
    const { clock, wheel } = setup();
    const due = vi.fn();
    const delayMs = 30 * 24 * 3_600_000 + 1;
    wheel.schedule(new Task(due), delayMs);
    clock.advance(delayMs - 1);
    expect(due).not.toHaveBeenCalled();
    clock.advance(1_025);
    expect(due).toHaveBeenCalledOnce();
  });

  test('of Infinity never comes, and takes no timer', () => {
    const { clock, wheel } = setup();
    const task = new Task();
    wheel.schedule(task, Number.POSITIVE_INFINITY);
    expect([wheel.size, task.wheelSlot, clock.pending]).toEqual([0, undefined, 0]);
  });

  test('of NaN is refused, and leaves the task as it was', () => {
    const { wheel } = setup();
    const task = new Task();
    wheel.schedule(task, 10);
    expect(() => wheel.schedule(task, Number.NaN)).toThrow(RangeError);
    expect(wheel.size).toBe(1);
  });

  test.each([0, -5])('of %d ms comes in a later turn', (delayMs) => {
    const { clock, wheel } = setup();
    const due = vi.fn();
    wheel.schedule(new Task(due), delayMs);
    expect(due).not.toHaveBeenCalled();
    clock.advance(1);
    expect(due).toHaveBeenCalledOnce();
  });

  test('is moved when its task is scheduled again', () => {
    const { clock, wheel } = setup();
    const due = vi.fn();
    const task = new Task(due);
    wheel.schedule(task, 10);
    wheel.schedule(task, 20);
    expect(wheel.size).toBe(1);
    clock.advance(19);
    expect(due).not.toHaveBeenCalled();
    clock.advance(2);
    expect(due).toHaveBeenCalledOnce();
  });

  test('is called off by cancel, and by a delay of Infinity', () => {
    const { clock, wheel } = setup();
    const due = vi.fn();
    const [first, second] = [new Task(due), new Task(due)];
    wheel.schedule(first, 10);
    wheel.schedule(second, 10);
    wheel.cancel(first);
    wheel.cancel(first);
    wheel.schedule(second, Number.POSITIVE_INFINITY);
    clock.advance(100);
    expect(due).not.toHaveBeenCalled();
    expect(wheel.size).toBe(0);
  });

  test('holds the slot of its task until it has come', () => {
    const { clock, wheel } = setup();
    const task: Task = new Task(() => expect(task.wheelSlot).toBeUndefined());
    wheel.schedule(task, 10);
    expect(task.wheelSlot).toBeDefined();
    clock.advance(10);
    expect.assertions(2);
  });
});

describe('the timer', () => {
  test('is one for all tasks', () => {
    const { clock, wheel } = setup();
    for (let ms = 1; ms <= 1_000; ms += 1) wheel.schedule(new Task(), ms);
    expect(clock.pending).toBe(1);
  });

  test('is gone with the last task, cancelled or come', () => {
    const { clock, wheel } = setup();
    const task = new Task();
    wheel.schedule(task, 10);
    wheel.cancel(task);
    expect(clock.pending).toBe(0);
    wheel.schedule(task, 10);
    clock.advance(10);
    expect(clock.pending).toBe(0);
  });

  test('fires once for 100,000 deadlines of one moment', () => {
    const { clock, wheel } = setup();
    const setTimeout = vi.spyOn(clock, 'setTimeout');
    let calls = 0;
    for (let n = 0; n < 100_000; n += 1) wheel.schedule(new Task(() => (calls += 1)), 30_000);
    clock.advance(31_000);
    expect(calls).toBe(100_000);
    expect(setTimeout).toHaveBeenCalledOnce();
  });

  test('that fires a fraction of a ms early brings no task forward', () => {
    const { clock, onTaskError } = setup();
    let now = 1_000;
    const wheel = new Wheel({ ...clock, setTimeout: clock.setTimeout, now: () => now }, onTaskError);
    const due = vi.fn();
    wheel.schedule(new Task(due), 10);
    now = 1_009.4;
    clock.advance(10);
    expect(due).not.toHaveBeenCalled();
    now = 1_010.1;
    clock.advance(1);
    expect(due).toHaveBeenCalledExactlyOnceWith(1_010.1);
  });
});

describe('a task that runs', () => {
  test('may throw without harm to the others', () => {
    const { clock, wheel, onTaskError } = setup();
    const error = new Error('broken task');
    const due = vi.fn();
    wheel.schedule(
      new Task(() => {
        throw error;
      }),
      10,
    );
    wheel.schedule(new Task(due), 10);
    wheel.schedule(new Task(due), 20);
    clock.advance(20);
    expect(onTaskError).toHaveBeenCalledExactlyOnceWith(error);
    expect(due).toHaveBeenCalledTimes(2);
  });

  test('may cancel one that would run in the same turn', () => {
    const { clock, wheel } = setup();
    const due = vi.fn();
    const victim = new Task(due);
    wheel.schedule(new Task(() => wheel.cancel(victim)), 10);
    wheel.schedule(victim, 10);
    clock.advance(10);
    expect(due).not.toHaveBeenCalled();
    expect([wheel.size, clock.pending]).toEqual([0, 0]);
  });

  test('may move one that would run in the same turn', () => {
    const { clock, wheel } = setup();
    const due = vi.fn();
    const moved = new Task(due);
    wheel.schedule(new Task(() => wheel.schedule(moved, 5)), 10);
    wheel.schedule(moved, 10);
    clock.advance(10);
    expect(due).not.toHaveBeenCalled();
    clock.advance(5);
    expect(due).toHaveBeenCalledExactlyOnceWith(15);
  });

  test('may schedule itself with 0 for ever, and others still have their turn', () => {
    const { clock, wheel } = setup();
    const due = vi.fn();
    let turns = 0;
    const again: Task = new Task(() => {
      turns += 1;
      wheel.schedule(again, 0);
    });
    wheel.schedule(again, 0);
    wheel.schedule(new Task(due), 5);
    clock.advance(10);
    expect(turns).toBe(10);
    expect(due).toHaveBeenCalledOnce();
  });
});

describe('a stopped wheel', () => {
  test('has dropped its tasks and its timer, and takes no more', () => {
    const { clock, wheel } = setup();
    const due = vi.fn();
    const tasks = [10, 500, 30_000].map((ms) => {
      const task = new Task(due);
      wheel.schedule(task, ms);
      return task;
    });
    wheel.stop();
    wheel.schedule(new Task(due), 10);
    expect([wheel.size, clock.pending]).toEqual([0, 0]);
    expect(tasks.map(({ wheelSlot }) => wheelSlot)).toEqual([undefined, undefined, undefined]);
    clock.advance(60_000);
    expect(due).not.toHaveBeenCalled();
  });

  test('runs nothing more of the turn in which it was stopped', () => {
    const { clock, wheel } = setup();
    const due = vi.fn();
    wheel.schedule(new Task(() => wheel.stop()), 10);
    wheel.schedule(new Task(due), 10);
    wheel.schedule(new Task(due), 11);
    clock.advance(60);
    expect(due).not.toHaveBeenCalled();
    expect([wheel.size, clock.pending]).toEqual([0, 0]);
  });
});

describe('stalls of the event loop', () => {
  /** A clock whose timers come late by what `stall` adds to its time. */
  function stalling() {
    const { clock, onTaskError } = setup();
    let stalledMs = 0;
    const wheel = new Wheel({ ...clock, now: () => clock.now() + stalledMs }, onTaskError);
    return { clock, wheel, stall: (ms: number) => (stalledMs += ms) };
  }

  test.each([
    // late by, found
    [0, 0],
    [50, 0],
    [51, 51],
    [3_000, 3_000],
  ])('a timer that comes %d ms late is a stall of %d ms', (lateMs, foundMs) => {
    const { clock, wheel, stall } = stalling();
    wheel.schedule(new Task(), 20);
    stall(lateMs);
    clock.advance(20);
    expect(wheel.stalledMs).toBe(foundMs);
  });

  test('are summed', () => {
    const { clock, wheel, stall } = stalling();
    for (const ms of [100, 200]) {
      wheel.schedule(new Task(), 20);
      stall(ms);
      clock.advance(20);
    }
    expect(wheel.stalledMs).toBe(300);
  });

  test('delay what fell due in them to one turn, in order', () => {
    const { clock, wheel, stall } = stalling();
    const log: number[] = [];
    for (const ms of [30, 10, 20]) wheel.schedule(new Task(() => log.push(ms)), ms);
    stall(1_000);
    clock.advance(10);
    expect(log).toEqual([10, 20, 30]);
  });
});

test('runs what a sorted list would run, in its order and at its times', () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('schedule' as const),
        task: fc.nat(11),
        ms: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40_000 })),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), task: fc.nat(11), ms: fc.constant(0) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('advance' as const),
        task: fc.constant(0),
        ms: fc.integer({ min: 1, max: 5_000 }),
      }),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { clock, wheel } = setup();
      const ran: string[] = [];
      const tasks = Array.from({ length: 12 }, (_, index) => new Task((now) => ran.push(`${index}@${now}`)));
      let model: { task: number; dueAt: number }[] = [];
      const expected: string[] = [];
      for (const { kind, task, ms } of steps) {
        if (kind !== 'advance') model = model.filter((entry) => entry.task !== task);
        if (kind === 'schedule') {
          model = [...model, { task, dueAt: bucketOf(clock.now() + ms, ms) }].sort((a, b) => a.dueAt - b.dueAt);
          wheel.schedule(tasks[task] as Task, ms);
        } else if (kind === 'cancel') {
          wheel.cancel(tasks[task] as Task);
        } else {
          clock.advance(ms);
          for (; model[0] !== undefined && model[0].dueAt <= clock.now(); model.shift())
            expected.push(`${model[0].task}@${model[0].dueAt}`);
        }
        expect(ran).toEqual(expected);
        expect(wheel.size).toBe(model.length);
        expect(clock.pending).toBe(model.length === 0 ? 0 : 1);
      }
    }),
  );
});

test('costs the same for each of 100,000 tasks as for each of 1,000', () => {
  const { wheel } = setup();
  // CPU time, since other processes share the machine.
  const usPerTask = (count: number) => {
    const tasks = Array.from({ length: count }, () => new Task());
    const start = process.cpuUsage();
    for (const [index, task] of tasks.entries()) wheel.schedule(task, 20_000 + (index % 100) * 100);
    for (const task of tasks) wheel.cancel(task);
    return process.cpuUsage(start).user / count;
  };
  usPerTask(100_000);
  const few = Math.max(0.2, ...[1, 2, 3, 4, 5].map(() => usPerTask(1_000)));
  const many = Math.min(...[1, 2, 3, 4, 5].map(() => usPerTask(100_000)));
  // Coarse, since caches are shared: a cost that grows with the number of tasks would be a hundredfold.
  expect(many).toBeLessThan(10 * few);
});
