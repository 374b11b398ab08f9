import { resolveSupervisor } from './resolve-supervisor.js';
import type { Supervisor, SupervisorOptions } from './supervisor.js';
import { SupervisorRuntime } from './supervisor-runtime.js';

/**
 * Makes a supervisor: it owns listeners, dialers, supervisors, and every connection of theirs.
 *
 * @throws {OptionError} for a wrong option.
 */
export function createSupervisor(options: SupervisorOptions = {}): Supervisor {
  return new SupervisorRuntime(resolveSupervisor(options));
}
