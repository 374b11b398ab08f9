import { createSupervisor, type Handler, type Limits, type SupervisorOptions } from '../../../src/index.js';
import { createRecorder } from '../../../src/inspect/recorder/recorder.js';
import type { RecorderOptions } from '../../../src/inspect/recorder/resolve-recorder.js';
import { createHeapClock, createMemoryTransport } from '../../../src/testing/index.js';

/** A supervisor over a network in memory, with a listener, and a recorder from its start. */
export async function aRecordedService(
  options: RecorderOptions = {},
  handler: Handler<unknown> = (connection) => connection.closed,
  limits: Partial<Limits> = {},
  more: SupervisorOptions = {},
) {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  const recorder = createRecorder(options);
  const supervisor = createSupervisor({ clock, transport, random: () => 0.5, recorder, ...more });
  const listener = await supervisor.listen({ id: 'door', port: 0, limits, handler });
  return { clock, transport, recorder, supervisor, url: `ws://memory:${listener.address?.port}/` };
}
