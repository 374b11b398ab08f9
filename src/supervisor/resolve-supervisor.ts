import { OptionError } from '../transport/errors.js';
import type { Transport } from '../transport/transport.js';
import type { ChildSpec, Shutdown, Strategy } from './child-spec.js';
import type { Clock } from './clock.js';
import type { DialLimit, Limits, Liveness } from './limits.js';
import { DEFAULT_LIMITS, DEFAULT_LIVENESS, rejectUnknownKeys, resolveDialLimit, resolveLimits, resolveLiveness } from './options.js';
import { resolveIntensity, resolveRestart, resolveShutdown, resolveStrategy } from './resolve-child-spec.js';
import { checkId } from './resolve-common.js';
import type { Intensity, Restart } from './restart.js';
import type { SuperviseOptions, SupervisorOptions } from './supervisor.js';

/** A supervisor's options, checked. */
export interface SupervisorSettings {
  /** Its name among its parent's children. */
  readonly id: string;
  readonly name: string;
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  readonly limits: Limits;
  readonly liveness: Liveness | false;
  /** `undefined` for the parent's. */
  readonly dialLimiter: DialLimit | undefined;
  readonly clock: Clock | undefined;
  readonly transport: Transport | undefined;
}

/** The options of a supervisor below another one, checked. */
export interface SuperviseSettings {
  readonly id: string;
  readonly restart: Restart;
  readonly shutdown: Shutdown;
  readonly supervisor: SupervisorSettings;
  readonly children: readonly ChildSpec[];
  readonly signal: AbortSignal | undefined;
}

/** What every supervisor may be told, also one below another. */
const SHARED_KEYS = ['name', 'strategy', 'intensity', 'limits', 'liveness', 'dialLimiter'] as const;

const KEYS = [...SHARED_KEYS, 'clock', 'transport', 'signal'] as const satisfies readonly (keyof SupervisorOptions)[];

const BELOW_KEYS = ['id', 'restart', 'shutdown', 'children', ...SHARED_KEYS, 'signal'] as const satisfies readonly (keyof SuperviseOptions)[];

/**
 * Checks a supervisor's options rule by rule.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed.
 */
export function resolveSupervisor(options: SupervisorOptions): SupervisorSettings {
  const where = 'createSupervisor';
  rejectUnknownKeys(options, KEYS, where);
  const { name = 'supervisor', limits, liveness, dialLimiter, clock, transport, signal } = options;
  checkSignal(signal, where);
  if (clock !== undefined) checkMethods(clock, ['setTimeout', 'clearTimeout', 'now', 'wallNow'], 'clock');
  if (transport !== undefined) checkMethods(transport, ['dial', 'listen'], 'transport');
  return {
    id: name,
    name: checkId(name, `${where}: name`),
    strategy: resolveStrategy(options.strategy, `${where}: strategy`),
    intensity: resolveIntensity(options.intensity, `${where}: intensity`),
    limits: resolveLimits(limits, DEFAULT_LIMITS, `${where}: limits`),
    liveness: resolveLiveness(liveness, DEFAULT_LIVENESS, `${where}: liveness`),
    dialLimiter: resolveDialLimit(dialLimiter, `${where}: dialLimiter`),
    clock,
    transport,
  };
}

/**
 * Checks the options of a supervisor below another one, whose settings are its defaults.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed.
 */
export function resolveSupervise(options: SuperviseOptions, above: SupervisorSettings, nextId: () => string): SuperviseSettings {
  const where = 'supervise';
  rejectUnknownKeys(options, BELOW_KEYS, where);
  const { limits, liveness, dialLimiter, signal, children = [] } = options;
  checkSignal(signal, where);
  if (!Array.isArray(children)) throw new OptionError(`${where}: children is no list; it must be one.`);
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
  const name = checkId(options.name ?? `${above.name}/${id}`, `${where}: name`);
  return {
    id,
    restart,
    shutdown,
    children,
    signal,
    supervisor: { ...checked, id, name, strategy, intensity, clock: undefined, transport: undefined },
  };
}

function checkSignal(signal: unknown, where: string): void {
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new OptionError(`${where}: signal is no AbortSignal; it must be one.`);
}

function checkMethods(value: object, methods: readonly string[], where: string): void {
  const missing = methods.find((method) => typeof (value as Readonly<Record<string, unknown>>)[method] !== 'function');
  if (missing !== undefined) throw new OptionError(`createSupervisor: ${where} has no method ${missing}; it must have ${methods.join(', ')}.`);
}
