import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { createHeapClock, type HeapClock } from '../../../src/testing/heap-clock.js';
import { createCoverage } from '../../../src/testing/model/coverage.js';
import type { AnyDriver, DriverRun } from '../../../src/testing/model/driver.js';
import { createModel } from '../../../src/testing/model/model.js';
import { ModelTestError } from '../../../src/testing/model/model-test-error.js';
import { type PlannedStep, runSteps } from '../../../src/testing/model/run-steps.js';
import { TIME } from '../../../src/testing/model/views.js';

const machine = createMachine({
  id: 'lamp',
  initial: 'off',
  states: {
    off: { on: { press: 'on' } },
    on: { initial: 'dim', after: { 1000: 'off' }, states: { dim: { on: { press: 'bright' } }, bright: {} } },
  },
});
const model = createModel(machine, undefined);
const beginning = model.start();

/** Pressed, pressed again, then time passes. */
function steps(): PlannedStep[] {
  const dim = model.take(beginning.to, { type: 'press' });
  const bright = model.take(dim.to, { type: 'press' });
  const off = model.wait(bright.to);
  if (off === undefined) throw new Error('the lamp has a delay');
  const after = off.advance();
  return [
    { event: { type: 'press' }, from: beginning.to, to: dim.to, advance: dim },
    { event: { type: 'press' }, from: dim.to, to: bright.to, advance: bright },
    { event: { type: TIME, ms: off.ms }, from: bright.to, to: after.to, advance: after },
  ];
}

const nothing = () => {};

/** Runs the steps with a driver that writes down what is called. */
function running(spoil: Partial<AnyDriver> = {}, clock: HeapClock = createHeapClock()) {
  const log: string[] = [];
  let given: DriverRun<typeof machine> | undefined;
  const record = createCoverage(machine, () => []);
  const driver: AnyDriver = {
    start(run) {
      given = run as DriverRun<typeof machine>;
      void run.clock;
      log.push('start');
      return 'the lamp';
    },
    events: { press: (system, event, { to }) => log.push(`${String(system)}: ${event.type} to ${to.name}`) },
    states: {
      off: () => log.push('off?'),
      on: () => log.push('on?'),
      '*': (_, { name }) => log.push(`*: ${name}?`),
    },
    end: (system) => log.push(`end ${String(system)}`),
    ...spoil,
  };
  const done = runSteps({ model, driver, record, withinMs: 100, clock }, beginning, steps());
  done.catch(nothing);
  return { done, log, clock, coverage: record.coverage, given: () => given };
}

const fail = (message: string) => () => Promise.reject(new Error(message));

/** Lets what has been called get as far as it can. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a path', () => {
  test('is started, checked, driven, and ended in this order; a check a millisecond before a delay is over, too', async () => {
    const { done, log } = running();
    await done;
    expect(log).toEqual([
      ...['start', 'off?'],
      ...['the lamp: press to on.dim', 'on?', '*: on.dim?'],
      ...['the lamp: press to on.bright', 'on?', '*: on.bright?'],
      ...['on?', '*: on.bright?', 'off?'],
      'end the lamp',
    ]);
  });

  test('is known to the driver beforehand, and its signal aborts before the end', async () => {
    const aborted: unknown[] = [];
    const run = running({ end: () => aborted.push(run.given()?.signal.aborted) });
    await run.done;
    expect(run.given()?.steps.map(({ event, to }) => [event.type, to.name])).toEqual([
      ['press', 'on.dim'],
      ['press', 'on.bright'],
      [TIME, 'off'],
    ]);
    expect(aborted).toEqual([true]);
  });

  test('counts as covered step by step', async () => {
    const { done, coverage } = running({ advance: fail('no time') });
    await expect(done).rejects.toThrow();
    expect(coverage.transitions.covered).toEqual(['off: press', 'on.dim: press']);
  });

  test('lets the driver advance its own time', async () => {
    const { done, log } = running({ advance: (system, ms) => log.push(`${String(system)} waits ${ms}`) });
    await done;
    expect(log.slice(-3)).toEqual(['the lamp waits 1000', 'off?', 'end the lamp']);
  });
});

describe('a failure', () => {
  test.each<readonly [string, Partial<AnyDriver>, string]>([
    ['start', { start: fail('no port') }, 'lamp: the system left its model on off\ndriver.start threw: no port.'],
    [
      'event',
      { events: { press: fail('no button') } },
      'lamp: the system left its model on off --press--> on.dim\ndriver.events["press"] threw: no button.',
    ],
    [
      'check',
      { states: { '*': nothing, on: fail('it is off') } },
      'lamp: the system left its model on off --press--> on.dim\ndriver.states["on"] threw: it is off.',
    ],
    [
      'advance',
      { advance: fail('no time') },
      'on off --press--> on.dim --press--> on.bright --after 1000 ms--> off\ndriver.advance threw: no time.',
    ],
    ['end', { end: fail('still busy') }, '--after 1000 ms--> off\ndriver.end threw: still busy.'],
    ['missing executor', { events: {} }, 'driver.events has no executor for press.'],
    ['missing check', { states: { off: nothing } }, 'driver.states has no check for on.dim.'],
  ])('of the %s says where, and on which way', async (_what, spoil, message) => {
    const error: unknown = await running(spoil).done.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelTestError);
    expect(String(error)).toContain(message);
  });

  test('has what was thrown as its cause, whatever that is', async () => {
    for (const thrown of [new Error('a'), 'text', undefined, null, Object.create(null)]) {
      const run = running({ events: { press: () => Promise.reject(thrown) } });
      await expect(run.done).rejects.toSatisfy((error) => (error as Error).cause === thrown);
    }
  });

  test('of a function that is not async is the same', async () => {
    const spoil = {
      events: {
        press: () => {
          throw new Error('at once');
        },
      },
    };
    await expect(running(spoil).done).rejects.toThrow('driver.events["press"] threw: at once');
  });

  test('ends the system all the same', async () => {
    const { done, log } = running({ events: { press: fail('no button') } });
    await expect(done).rejects.toThrow();
    expect(log.at(-1)).toBe('end the lamp');
  });

  test('stays the first one when the end fails, too', async () => {
    const { done } = running({ events: { press: fail('no button') }, end: fail('still busy') });
    await expect(done).rejects.toThrow(/threw: no button[\s\S]*And then:[\s\S]*driver\.end threw: still busy/);
    await expect(done).rejects.toHaveProperty('cause.message', 'no button');
  });
});

describe('a driver that hangs', () => {
  const hang = () => new Promise<never>(() => {});

  test.each<readonly [string, Partial<AnyDriver>]>([
    ['driver.start', { start: hang }],
    ['driver.events["press"]', { events: { press: hang } }],
    ['driver.states["off"]', { states: { off: hang, '*': nothing } }],
    ['driver.advance', { advance: hang }],
    ['driver.end', { end: hang }],
  ])('in %s fails when its time is over', async (what, spoil) => {
    const { done, clock } = running(spoil);
    for (let turn = 0; turn < 50; turn += 1) await settle();
    clock.advance(100);
    await expect(done).rejects.toThrow(`${what} has not settled within 100 ms (withinMs)`);
  });

  test('gives its system back when it starts at last', async () => {
    let arrive: (system: unknown) => void = nothing;
    const started = new Promise<unknown>((resolve) => {
      arrive = resolve;
    });
    const { done, clock, log } = running({ start: () => started });
    await settle();
    clock.advance(100);
    await expect(done).rejects.toThrow('driver.start has not settled');
    expect(log).toEqual([]);
    arrive('a late lamp');
    await settle();
    expect(log).toEqual(['end a late lamp']);
  });

  test('and then fails is not heard of again', async () => {
    let fault: (error: Error) => void = nothing;
    const press = () =>
      new Promise<never>((_, reject) => {
        fault = reject;
      });
    const { done, clock } = running({ events: { press } });
    await settle();
    clock.advance(100);
    await expect(done).rejects.toThrow('has not settled');
    // Without care this is an unhandled rejection, which fails the test run.
    fault(new Error('late'));
    await settle();
  });

  test('leaves no deadline behind once it has answered', async () => {
    const { done, clock } = running();
    await done;
    expect(clock.pending).toBe(0);
  });
});

describe('what a system leaves behind', () => {
  test('on the clock of the run is a failure', async () => {
    const start = (run: DriverRun<never>) => run.clock.setTimeout(nothing, 10 ** 6);
    await expect(running({ start: start as AnyDriver['start'] }).done).rejects.toThrow(
      'driver.end has left 1 timers on the clock of the run',
    );
  });

  test('is disposed of without an end of the driver', async () => {
    const log: string[] = [];
    const systems = [
      { [Symbol.asyncDispose]: async () => void log.push('async') },
      { [Symbol.dispose]: () => void log.push('sync') },
      undefined,
    ];
    for (const system of systems) {
      const start = ({ clock }: { readonly clock: HeapClock }) => {
        void clock;
        return system;
      };
      await running({ start, end: undefined } as unknown as Partial<AnyDriver>).done;
    }
    expect(log).toEqual(['async', 'sync']);
  });
});

test('time that nobody can move is an error, and not a system that stands still', async () => {
  const { done } = running({ start: () => 'the lamp' });
  await expect(done).rejects.toThrow(
    'driver.advance is missing: on.bright waits 1000 ms, and driver.start has not taken the clock of the run.',
  );
});
