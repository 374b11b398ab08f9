import type { Arbitrary } from 'fast-check';
import type { AnyEventObject, AnyStateMachine } from 'xstate';
import { LONGEST_TIMER_MS } from '../../supervisor/api/clock.js';
import {
  checkFunction,
  checkNumber,
  checkObject,
  isPlain,
  type NumberRule,
  nameOf,
  readList,
  readOptions,
  show,
  wrongOption,
} from '../../supervisor/options/option-rules.js';
import type { EventSource } from './choices.js';
import type { AnyDriver, ModelState } from './driver.js';
import type { Bench } from './run-steps.js';
import type { TestModelOptions } from './test-model.js';

/** Default limits of a test model. */
export const DEFAULT_TEST_MODEL = { maxStates: 1_000, maxPaths: 5_000, withinMs: 2_000 } as const;

/** Unlike the system's clock, these timers keep the process alive: a test that waits has not ended. */
const TEST_CLOCK: Bench['clock'] = {
  setTimeout: (fn, ms) => setTimeout(fn, ms),
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
  now: () => performance.now(),
};

/** The options of a test model, complete, their types forgotten. */
export interface ResolvedTestModel {
  readonly events: EventSource;
  readonly ignored: EventSource;
  readonly driver: AnyDriver;
  readonly input: unknown;
  readonly arbitraries: Readonly<Record<string, Arbitrary<object>>>;
  readonly undriven: readonly string[];
  readonly distinguish: (state: ModelState) => unknown;
  readonly maxStates: number;
  readonly maxPaths: number;
  readonly withinMs: number;
  readonly clock: Bench['clock'];
}

const CALL = 'createTestModel';

/** A limit that lets something happen. */
export const COUNT: NumberRule = {
  least: 1,
  most: LONGEST_TIMER_MS,
  isWhole: true,
  allowed: `whole numbers from 1 to ${LONGEST_TIMER_MS}`,
};

const KEYS = [
  ...(['events', 'driver', 'input', 'arbitraries', 'ignored', 'undriven', 'distinguish'] as const),
  ...(['maxStates', 'maxPaths', 'withinMs', 'clock'] as const),
];

/** @throws {OptionError} for options of the wrong form. */
export function resolveTestModel(given: TestModelOptions<AnyStateMachine, unknown>): ResolvedTestModel {
  const options = { ...DEFAULT_TEST_MODEL, ...readOptions(given, KEYS, CALL) };
  const { arbitraries = {}, undriven = [], distinguish = ({ context }: ModelState) => context } = options;
  for (const limit of ['maxStates', 'maxPaths', 'withinMs'] as const)
    checkNumber(options[limit], COUNT, nameOf(CALL, limit));
  checkFunction(distinguish, nameOf(CALL, 'distinguish'));
  checkObject(arbitraries, nameOf(CALL, 'arbitraries'));
  return {
    events: readEvents(options.events, 'events'),
    ignored: readEvents(options.ignored ?? [], 'ignored'),
    driver: readDriver(options.driver),
    input: options.input,
    arbitraries: arbitraries as Readonly<Record<string, Arbitrary<object>>>,
    undriven: readList(undriven, nameOf(CALL, 'undriven'), 'event types').map(String),
    distinguish,
    maxStates: options.maxStates,
    maxPaths: options.maxPaths,
    withinMs: options.withinMs,
    clock: options.clock ?? TEST_CLOCK,
  };
}

function readEvents(given: unknown, option: string): EventSource {
  if (typeof given === 'function') return given as EventSource;
  const where = nameOf(CALL, option);
  return readList(given, where, 'events').map((event, index) => {
    const { type } = Object(event) as { readonly type?: unknown };
    if (typeof type === 'string') return event as AnyEventObject;
    throw wrongOption(`${where}[${index}]`, `is ${show(event)}; it must be an event, such as { type: 'go' }`);
  });
}

/** The driver itself, which may be an object of a class. */
function readDriver(given: unknown): AnyDriver {
  const where = nameOf(CALL, 'driver');
  checkObject(given, where);
  if (isPlain(given)) readOptions(given, ['start', 'events', 'states', 'advance', 'end'], where);
  const { start, events, states, advance, end } = given;
  checkFunction(start, nameOf(where, 'start'));
  for (const [name, value] of Object.entries({ advance, end }))
    if (value !== undefined) checkFunction(value, nameOf(where, name));
  for (const [name, value] of Object.entries({ events, states })) {
    checkObject(value, nameOf(where, name));
    for (const [key, executor] of Object.entries(value))
      checkFunction(executor, `${nameOf(where, name)}[${JSON.stringify(key)}]`);
  }
  return given as unknown as AnyDriver;
}
