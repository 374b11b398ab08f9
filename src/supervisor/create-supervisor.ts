import type { Supervisor, SupervisorOptions } from './api/supervisor.js';
import { resolveSupervisor } from './options/resolve-supervisor.js';
import { publishCreated } from './reporting/event-channels.js';
import { SupervisorRuntime } from './supervisor-runtime.js';

/**
 * Makes a supervisor, which owns listeners, dialers, workers, child supervisors, and all of their connections.
 *
 * @throws {OptionError} for a wrong option.
 * @throws {PlatformError} on a Node.js older than 20.19, unless a `transport` is given.
 */
export function createSupervisor(options: SupervisorOptions = {}): Supervisor {
  const supervisor = new SupervisorRuntime(resolveSupervisor(options));
  publishCreated(supervisor);
  return supervisor;
}
