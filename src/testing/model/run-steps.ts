import type { Clock } from '../../supervisor/api/clock.js';
import { createHeapClock } from '../heap-clock.js';
import type { CoverageRecord } from './coverage.js';
import type { AnyDriver, DriverRun, Step } from './driver.js';
import { leavesIn, nameOf } from './machine-parts.js';
import type { Advance, Model, Position } from './model.js';
import { ModelTestError } from './model-test-error.js';
import { publicStep, stateOf, TIME, trailOf } from './views.js';

/** What every run of a model test has in common. */
export interface Bench {
  readonly model: Model;
  readonly driver: AnyDriver;
  readonly record: CoverageRecord;
  readonly withinMs: number;
  /** The clock of the deadlines. */
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout' | 'now'>;
}

/** A step, and how the model makes it. */
export interface PlannedStep extends Step {
  readonly advance: Advance;
}

/**
 * Takes a new system along some steps, and compares it with the model before the first and after each.
 *
 * @throws {ModelTestError} with the way so far, and what the driver threw as its cause.
 */
export async function runSteps(bench: Bench, beginning: Advance, steps: readonly PlannedStep[]): Promise<void> {
  const { driver } = bench;
  const run = createRun(bench, beginning.to, steps);
  const starting = run.call('driver.start', 0, () => driver.start(run.given));
  const system = await starting.catch((error: unknown) => {
    run.over();
    throw error;
  });
  let done = 0;
  let previous: readonly string[] = [];
  try {
    await checkAt(run, bench, system, beginning.to, 0);
    previous = bench.record.note(beginning, previous);
    for (const step of steps) {
      done += 1;
      await execute(run, bench, system, step, done);
      await checkAt(run, bench, system, step.to, done);
      previous = bench.record.note(step.advance, previous);
    }
  } catch (error) {
    run.over();
    await run
      .call('driver.end', done, () => endOf(driver, system))
      .catch((second: unknown) => {
        throw new ModelTestError(`${messageOf(error)}\nAnd then: ${messageOf(second)}`, { cause: causeOf(error) });
      });
    throw error;
  }
  run.over();
  await run.call('driver.end', done, () => endOf(driver, system));
  if (run.clock.pending > 0)
    throw run.fault(`driver.end has left ${run.clock.pending} timers on the clock of the run`, done);
}

/** One run, and how its driver is called. */
interface Run {
  readonly given: DriverRun<Model['machine']>;
  readonly clock: ReturnType<typeof createHeapClock>;
  readonly isClockTaken: () => boolean;
  over(): void;
  /** Calls the driver under the deadline. @param done how many steps have been begun. */
  call(what: string, done: number, work: () => unknown): Promise<unknown>;
  fault(what: string, done: number, options?: ErrorOptions): ModelTestError;
}

function createRun({ model, driver, clock: deadlines, withinMs }: Bench, start: Position, steps: readonly Step[]): Run {
  const controller = new AbortController();
  const clock = createHeapClock();
  let isClockTaken = false;
  const fault = (what: string, done: number, options?: ErrorOptions) =>
    new ModelTestError(
      `${model.machine.id}: the system left its model on ${trailOf(start, steps.slice(0, done))}\n${what}.`,
      options,
    );
  return {
    clock,
    given: {
      steps: steps.map(publicStep),
      signal: controller.signal,
      get clock() {
        isClockTaken = true;
        return clock;
      },
    },
    isClockTaken: () => isClockTaken,
    over: () => controller.abort(),
    fault,
    async call(what, done, work) {
      let timer: unknown;
      let isLate = false;
      const working = (async () => work())();
      const deadline = new Promise<never>((_, reject) => {
        timer = deadlines.setTimeout(() => {
          isLate = true;
          reject(fault(`${what} has not settled within ${withinMs} ms (withinMs)`, done));
        }, withinMs);
      });
      try {
        return await Promise.race([working, deadline]);
      } catch (cause) {
        if (!isLate) throw fault(`${what} threw${textOfCause(cause)}`, done, { cause });
        // What comes late is not left behind, and its failure is nobody's any more.
        void working.then((late) => (what === 'driver.start' ? endOf(driver, late) : undefined)).catch(() => {});
        throw cause;
      } finally {
        deadlines.clearTimeout(timer);
      }
    },
  };
}

async function execute(run: Run, bench: Bench, system: unknown, step: Step, done: number): Promise<void> {
  const { driver } = bench;
  const { event } = step;
  if (event.type === TIME) {
    await pass(run, bench, system, step, done);
    return;
  }
  const key = driver.events[event.type] === undefined ? '*' : event.type;
  const executor = driver.events[key];
  if (executor === undefined) throw run.fault(`driver.events has no executor for ${event.type}`, done);
  await run.call(`driver.events[${JSON.stringify(key)}]`, done, () => executor(system, event, publicStep(step)));
}

/** On the clock of the run time is exact: a millisecond before, nothing has happened yet. */
async function pass(run: Run, bench: Bench, system: unknown, step: Step, done: number): Promise<void> {
  const { advance } = bench.driver;
  const ms = Number(step.event['ms']);
  if (advance !== undefined) {
    await run.call('driver.advance', done, () => advance(system, ms));
    return;
  }
  if (!run.isClockTaken())
    throw run.fault(
      `driver.advance is missing: ${step.from.name} waits ${ms} ms, ` +
        'and driver.start has not taken the clock of the run',
      done,
    );
  await run.call('the clock of the run', done, () => run.clock.advanceAsync(ms - 1));
  await checkAt(run, bench, system, step.from, done - 1);
  await run.call('the clock of the run', done, () => run.clock.advanceAsync(1));
}

/** Outermost first. */
async function checkAt(run: Run, { driver }: Bench, system: unknown, at: Position, done: number): Promise<void> {
  const { snapshot } = at;
  const active = snapshot._nodes.toSorted((a, b) => a.order - b.order).map(nameOf);
  const own = active.filter((name) => driver.states[name] !== undefined);
  const isWhole = leavesIn(snapshot).every((leaf) => own.includes(nameOf(leaf)));
  const keys = isWhole ? own : [...own, '*'];
  for (const key of keys) {
    const check = driver.states[key];
    if (check === undefined) throw run.fault(`driver.states has no check for ${at.name}`, done);
    await run.call(`driver.states[${JSON.stringify(key)}]`, done, () => check(system, stateOf(at)));
  }
}

async function endOf({ end }: AnyDriver, system: unknown): Promise<void> {
  if (end !== undefined) {
    await end(system);
    return;
  }
  if (typeof system !== 'object' || system === null) return;
  if (Symbol.asyncDispose in system) await (system as AsyncDisposable)[Symbol.asyncDispose]();
  else if (Symbol.dispose in system) (system as Disposable)[Symbol.dispose]();
}

const messageOf = (error: unknown): string => (error instanceof ModelTestError ? error.message : '');

const causeOf = (error: unknown): unknown => (error instanceof ModelTestError ? error.cause : error);

/** What was thrown may be anything; it is the cause in any case. */
function textOfCause(cause: unknown): string {
  return cause instanceof Error && typeof cause.message === 'string' ? `: ${cause.message.trimEnd()}` : '';
}
