import type { Clock } from '../../src/supervisor/api/clock.js';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { SupervisorOptions } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createHeapClock, type HeapClock } from '../../src/testing/heap-clock.js';
import { FakeTransport } from './fake-transport.js';

/**
 * A supervisor whose time and network are the test's, with all its events.
 *
 * @param keepAlive how its clock keeps the process alive. Default: it does not.
 */
export function aSupervisor(
  options: Omit<SupervisorOptions, 'clock' | 'transport'> = {},
  keepAlive?: Clock['keepAlive'],
) {
  const clock: HeapClock = Object.assign(createHeapClock(), keepAlive === undefined ? {} : { keepAlive });
  const transport = new FakeTransport();
  const supervisor = createSupervisor({ ...options, clock, transport, liveness: options.liveness ?? false });
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  return { clock, transport, supervisor, events, types: () => events.map((event) => event.type) };
}
