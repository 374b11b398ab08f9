/**
 * What a consumer's tests may do without sockets and timers. Only compiled: against the source, and against the packed
 * package.
 */
import { createSupervisor, type Handler } from 'wirekeeper';
import {
  createHeapClock,
  createMemoryTransport,
  type ModelledSystem,
  ScriptedPeer,
  walkPaths,
} from 'wirekeeper/testing';
import { createMachine } from 'xstate';

/** A clock of a test is the supervisor's, the transport's, and an actor's. */
export async function answersOf(handler: Handler, text: string): Promise<readonly string[]> {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  await using supervisor = createSupervisor({ clock, transport });
  const { address } = await supervisor.listen({ port: 0, handler });
  const peer = ScriptedPeer.dial(transport, `ws://memory:${address?.port}/`);
  await peer.fact('wire.opened');
  peer.send(text);
  await clock.advanceAsync(1_000);
  // @ts-expect-error what has come cannot be set
  peer.texts = [];
  return peer.texts;
}

const door = createMachine({
  types: { events: {} as { type: 'open' } | { type: 'shut' } },
  initial: 'shut',
  states: { shut: { on: { open: 'open' } }, open: { on: { shut: 'shut' } } },
});

export async function missingSteps(
  system: () => ModelledSystem<{ type: 'open' } | { type: 'shut' }>,
): Promise<readonly string[]> {
  // @ts-expect-error no such event
  await walkPaths(door, { events: [{ type: 'slam' }], system });
  return (await walkPaths(door, { events: [{ type: 'open' }, { type: 'shut' }], system })).missing;
}
