/**
 * What a consumer's tests may do without sockets and timers. Only compiled: against the source, and against the packed
 * package.
 */
import { createSupervisor, type Handler } from 'wirekeeper';
import { createHeapClock, createMemoryTransport, createTestModel, ScriptedPeer } from 'wirekeeper/testing';
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
  types: { events: {} as { type: 'open'; by: string } | { type: 'shut' } },
  initial: 'shut',
  states: { shut: { on: { open: 'open' } }, open: { on: { shut: 'shut' } } },
});

/** A machine's events have their payloads where the driver makes them happen, and the system is what `start` makes. */
export async function missingSteps(start: () => Promise<{ push(by: string): void; isOpen: boolean }>) {
  const model = createTestModel(door, {
    events: [{ type: 'open', by: 'ann' }, { type: 'shut' }],
    driver: {
      start,
      events: {
        open: (house, { by }) => house.push(by),
        // @ts-expect-error this event says nothing of anybody
        shut: (house, { by }) => house.push(by),
      },
      states: { '*': (house, { name }) => house.isOpen === (name === 'open') },
      end: (house) => house.push('nobody'),
    },
  });
  // @ts-expect-error no such event
  model.path([{ type: 'slam' }]);
  await model.testPaths();
  return model.coverage.transitions.missing;
}
