import type { ChildSpec, Shutdown, Strategy } from '../api/child-spec.js';
import { LONGEST_TIMER_MS } from '../api/clock.js';
import type { Intensity, Restart } from '../api/restart.js';
import {
  checkFunction,
  checkId,
  checkNumber,
  type NumberRule,
  nameOf,
  readOptions,
  show,
  wrongOption,
} from './option-rules.js';

/** A child's spec, checked. */
export interface ChildPlan {
  readonly id: string;
  readonly start: ChildSpec['start'];
  readonly restart: Restart;
  /** `undefined` where it depends on what the child is. */
  readonly shutdown: Shutdown | undefined;
}

/** Defaults of `intensity`. */
const DEFAULT_INTENSITY: Intensity = Object.freeze({ maxRestarts: 3, withinMs: 5_000 });

const RESTARTS = ['permanent', 'transient', 'temporary'] as const;
const STRATEGIES = ['one_for_one', 'one_for_all', 'rest_for_one'] as const;

const budget: NumberRule = {
  least: 0,
  most: LONGEST_TIMER_MS,
  isWhole: false,
  isAbove: true,
  allowed: `"brutal", Infinity, and numbers of ms above 0, up to ${LONGEST_TIMER_MS}`,
};
const restarts: NumberRule = {
  least: 0,
  most: Number.MAX_SAFE_INTEGER,
  isWhole: true,
  allowed: 'whole numbers from 0 on',
};
const ms: NumberRule = {
  least: 0,
  most: Number.MAX_SAFE_INTEGER,
  isWhole: false,
  isAbove: true,
  allowed: 'numbers of ms above 0',
};

/**
 * @param where it was given, for messages.
 * @throws {OptionError} with the option's name, the value, and what is allowed.
 */
export function resolveChildSpec(given: ChildSpec, nextId: () => string, where = 'startChild'): ChildPlan {
  const spec = readOptions(given, ['id', 'start', 'restart', 'shutdown'], where);
  checkFunction(spec.start, nameOf(where, 'start'));
  return {
    start: spec.start,
    restart: resolveRestart(spec.restart, 'permanent', nameOf(where, 'restart')),
    shutdown: resolveShutdown(spec.shutdown, nameOf(where, 'shutdown')),
    id: spec.id === undefined ? nextId() : checkId(spec.id, nameOf(where, 'id')),
  };
}

/** @throws {OptionError} for anything but a restart type. */
export function resolveRestart(given: Restart | undefined, usual: Restart, where: string): Restart {
  if (given === undefined) return usual;
  if (!RESTARTS.includes(given)) throw wrongOption(where, `is ${show(given)}; allowed are ${RESTARTS.join(', ')}`);
  return given;
}

/** @throws {OptionError} for anything but a budget. */
export function resolveShutdown(given: Shutdown | undefined, where: string): Shutdown | undefined {
  return given === undefined || given === 'brutal' || given === Number.POSITIVE_INFINITY
    ? given
    : checkNumber(given, budget, where);
}

/** @throws {OptionError} for anything but a strategy. */
export function resolveStrategy(given: Strategy | undefined, where: string): Strategy {
  if (given === undefined) return 'one_for_one';
  if (!STRATEGIES.includes(given)) throw wrongOption(where, `is ${show(given)}; allowed are ${STRATEGIES.join(', ')}`);
  return given;
}

/**
 * Lays the intensity given over the defaults.
 *
 * @throws {OptionError} for an unknown or wrong setting.
 */
export function resolveIntensity(given: Partial<Intensity> | undefined, where: string): Intensity {
  if (given === undefined) return DEFAULT_INTENSITY;
  const { maxRestarts, withinMs } = { ...DEFAULT_INTENSITY, ...readOptions(given, ['maxRestarts', 'withinMs'], where) };
  return {
    maxRestarts: checkNumber(maxRestarts, restarts, `${where}.maxRestarts`),
    withinMs: checkNumber(withinMs, ms, `${where}.withinMs`),
  };
}
