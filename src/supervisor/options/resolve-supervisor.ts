import type { Transport } from '../../transport/transport.js';
import type { ChildSpec, Shutdown, Strategy } from '../api/child-spec.js';
import type { Clock } from '../api/clock.js';
import type { DialLimit, Limits, Liveness } from '../api/limits.js';
import type { Observer } from '../api/observer.js';
import type { Intensity, Restart } from '../api/restart.js';
import type { SuperviseOptions, SupervisorOptions } from '../api/supervisor.js';
import {
  checkBoolean,
  checkFunction,
  checkId,
  checkMethods,
  checkObserver,
  checkSignal,
  read,
  readList,
  readOptions,
  show,
  wrongOption,
} from './option-rules.js';
import { DEFAULT_LIMITS, DEFAULT_LIVENESS, resolveLimits, resolveLiveness } from './options.js';
import { resolveIntensity, resolveRestart, resolveShutdown, resolveStrategy } from './resolve-child-spec.js';
import { resolveDialLimit } from './resolve-dial-limit.js';

/** A supervisor's options, checked. */
export interface SupervisorSettings {
  /** Its name among its parent's children. */
  readonly id: string;
  readonly name: string;
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  readonly limits: Limits;
  readonly liveness: Liveness | false;
  /** `undefined`: the parent's holds. */
  readonly dialLimiter: DialLimit | undefined;
  /** A child supervisor has its parent's. */
  readonly keepAlive: boolean;
  /** A child supervisor never warns. */
  readonly warnWhenFailed: boolean;
  readonly clock: Clock | undefined;
  /** A child supervisor has its parent's. */
  readonly random: () => number;
  readonly transport: Transport | undefined;
  /** Stops it when it aborts. */
  readonly signal: AbortSignal | undefined;
  /** A child supervisor has its parent's. */
  readonly recorder: Observer | undefined;
}

/** The options of a child supervisor, checked. */
export interface SuperviseSettings {
  readonly id: string;
  readonly restart: Restart;
  readonly shutdown: Shutdown;
  readonly supervisor: SupervisorSettings;
  readonly children: readonly ChildSpec[];
}

/** Options of every supervisor, child supervisors included. */
const SHARED_KEYS = ['name', 'strategy', 'intensity', 'limits', 'liveness', 'dialLimiter'] as const;

const KEYS = [
  ...SHARED_KEYS,
  'keepAlive',
  'warnWhenFailed',
  'clock',
  'random',
  'transport',
  'signal',
  'recorder',
] as const satisfies readonly (keyof SupervisorOptions)[];

const BELOW_KEYS = [
  'id',
  'restart',
  'shutdown',
  'children',
  ...SHARED_KEYS,
  'signal',
] as const satisfies readonly (keyof SuperviseOptions)[];

/**
 * Checks a supervisor's options rule by rule.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed.
 */
export function resolveSupervisor(given: SupervisorOptions): SupervisorSettings {
  const where = 'createSupervisor';
  const options = readOptions(given, KEYS, where);
  const {
    name = 'supervisor',
    limits,
    liveness,
    dialLimiter,
    keepAlive = true,
    warnWhenFailed = true,
    clock,
    random = Math.random,
    transport,
    signal,
    recorder,
  } = options;
  checkSignal(signal, `${where}: signal`);
  checkBoolean(keepAlive, `${where}: keepAlive`);
  checkBoolean(warnWhenFailed, `${where}: warnWhenFailed`);
  checkFunction(random, `${where}: random`);
  if (clock !== undefined) checkClock(clock, `${where}: clock`);
  if (recorder !== undefined) checkObserver(recorder, `${where}: recorder`);
  if (transport !== undefined) checkMethods(transport, ['dial', 'listen'], `${where}: transport`);
  return {
    id: name,
    name: checkId(name, `${where}: name`),
    strategy: resolveStrategy(options.strategy, `${where}: strategy`),
    intensity: resolveIntensity(options.intensity, `${where}: intensity`),
    limits: resolveLimits(limits, DEFAULT_LIMITS, `${where}: limits`),
    liveness: resolveLiveness(liveness, DEFAULT_LIVENESS, `${where}: liveness`),
    dialLimiter: resolveDialLimit(dialLimiter, `${where}: dialLimiter`),
    keepAlive,
    warnWhenFailed,
    clock,
    random: random === Math.random ? random : () => chanceOf(random, `${where}: random`),
    transport,
    signal,
    recorder,
  };
}

/**
 * Checks the options of a child supervisor, whose defaults are the settings of its parent.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed.
 */
export function resolveSupervise(
  given: SuperviseOptions,
  above: SupervisorSettings,
  nextId: () => string,
): SuperviseSettings {
  const where = 'supervise';
  const options = readOptions(given, BELOW_KEYS, where);
  const { limits, liveness, dialLimiter, signal, children = [] } = options;
  checkSignal(signal, `${where}: signal`);
  const strategy = resolveStrategy(options.strategy, `${where}: strategy`);
  const intensity = resolveIntensity(options.intensity, `${where}: intensity`);
  const restart = resolveRestart(options.restart, 'permanent', `${where}: restart`);
  const shutdown = resolveShutdown(options.shutdown, `${where}: shutdown`) ?? Number.POSITIVE_INFINITY;
  const checked = {
    limits: resolveLimits(limits, above.limits, `${where}: limits`),
    liveness: resolveLiveness(liveness, above.liveness, `${where}: liveness`),
    dialLimiter: dialLimiter === undefined ? undefined : resolveDialLimit(dialLimiter, `${where}: dialLimiter`),
  };
  const id = options.id === undefined ? nextId() : checkId(options.id, `${where}: id`);
  // The default name is a path of checked ids; its length is not limited.
  const name = options.name === undefined ? `${above.name}/${id}` : checkId(options.name, `${where}: name`);
  return {
    id,
    restart,
    shutdown,
    children: readList(children, `${where}: children`, 'child specs') as readonly ChildSpec[],
    supervisor: {
      ...checked,
      id,
      name,
      strategy,
      intensity,
      keepAlive: above.keepAlive,
      warnWhenFailed: false,
      clock: undefined,
      random: above.random,
      transport: undefined,
      signal,
      recorder: undefined,
    },
  };
}

/** A clock need not be able to keep the process alive. */
function checkClock(clock: Clock, where: string): void {
  checkMethods(clock, ['setTimeout', 'clearTimeout', 'now', 'wallNow'], where);
  if (read(() => clock.keepAlive, `${where}.keepAlive`) !== undefined) checkMethods(clock, ['keepAlive'], where);
}

/** @throws {OptionError} for anything that `Math.random` would not return: a delay made of it is no delay. */
function chanceOf(random: () => unknown, where: string): number {
  const chance = random();
  if (typeof chance === 'number' && chance >= 0 && chance < 1) return chance;
  throw wrongOption(where, `returned ${show(chance)}; it must return numbers from 0 to below 1`);
}
