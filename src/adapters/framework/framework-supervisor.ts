import { createSupervisor, type Supervisor } from '../../index.js';
import type { FrameworkSettings } from './framework-options.js';

/**
 * Starts the supervisor of the WebSockets of an application.
 *
 * @throws {EndedError} by rejection, if its parent does not run; {OptionError} for wrong limits.
 */
export async function startSupervisor(
  name: string,
  { supervisor: parent, limits }: Pick<FrameworkSettings, 'supervisor' | 'limits'>,
): Promise<Supervisor> {
  const options = limits === undefined ? {} : { limits };
  if (parent !== undefined) return parent.supervise({ restart: 'temporary', ...options });
  // The framework logs what would be a warning.
  return createSupervisor({ name, warnWhenFailed: false, ...options });
}

/** Drains it, or waits for the end that has begun otherwise. */
export async function endSupervisor(
  supervisor: Supervisor,
  { drain }: Pick<FrameworkSettings, 'drain'>,
): Promise<void> {
  if (supervisor.state === 'running' || supervisor.state === 'draining') await supervisor.drain(drain);
  else await supervisor.ended;
}
