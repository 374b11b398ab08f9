import { OptionError } from '../transport/errors.js';
import type { Transport } from '../transport/transport.js';
import type { Clock } from './clock.js';
import type { DialLimit, Limits, Liveness } from './limits.js';
import { DEFAULT_LIMITS, DEFAULT_LIVENESS, rejectUnknownKeys, resolveDialLimit, resolveLimits, resolveLiveness } from './options.js';
import { checkId } from './resolve-common.js';
import type { SupervisorOptions } from './supervisor.js';

/** A supervisor's options, checked. */
export interface SupervisorSettings {
  readonly name: string;
  readonly limits: Limits;
  readonly liveness: Liveness | false;
  readonly dialLimiter: DialLimit;
  readonly clock: Clock | undefined;
  readonly transport: Transport | undefined;
}

const KEYS = ['name', 'limits', 'liveness', 'dialLimiter', 'clock', 'transport', 'signal'] as const satisfies readonly (keyof SupervisorOptions)[];

/**
 * Checks a supervisor's options rule by rule.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed.
 */
export function resolveSupervisor(options: SupervisorOptions): SupervisorSettings {
  rejectUnknownKeys(options, KEYS, 'createSupervisor');
  const { name = 'supervisor', limits, liveness, dialLimiter, clock, transport, signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new OptionError('createSupervisor: signal is no AbortSignal; it must be one.');
  if (clock !== undefined) checkMethods(clock, ['setTimeout', 'clearTimeout', 'now', 'wallNow'], 'clock');
  if (transport !== undefined) checkMethods(transport, ['dial', 'listen'], 'transport');
  return {
    name: checkId(name, 'createSupervisor: name'),
    limits: resolveLimits(limits, DEFAULT_LIMITS, 'createSupervisor: limits'),
    liveness: resolveLiveness(liveness, DEFAULT_LIVENESS, 'createSupervisor: liveness'),
    dialLimiter: resolveDialLimit(dialLimiter, 'createSupervisor: dialLimiter'),
    clock,
    transport,
  };
}

function checkMethods(value: object, methods: readonly string[], where: string): void {
  const missing = methods.find((method) => typeof (value as Readonly<Record<string, unknown>>)[method] !== 'function');
  if (missing !== undefined) throw new OptionError(`createSupervisor: ${where} has no method ${missing}; it must have ${methods.join(', ')}.`);
}
