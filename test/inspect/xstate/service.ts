import type { InspectionEvent } from 'xstate';
import { createSupervisor, type Handler, type Supervisor } from '../../../src/index.js';
import { type InspectedActor, type InspectOptions, inspect } from '../../../src/inspect/index.js';
import { createHeapClock, createMemoryTransport } from '../../../src/testing/index.js';

/** A supervisor over a network in memory, with a listener. */
export async function aService(handler: Handler<unknown> = (connection) => connection.closed) {
  const clock = createHeapClock();
  const supervisor = createSupervisor({ clock, transport: createMemoryTransport(clock), random: () => 0.5 });
  const listener = await supervisor.listen({ id: 'door', port: 0, handler });
  const url = `ws://memory:${listener.address?.port}/`;
  return {
    clock,
    supervisor,
    listener,
    url,
    dial: async (id: string) => {
      const dialer = supervisor.dial({ id, url, handler: (connection) => connection.closed });
      await clock.advanceAsync(10);
      return dialer;
    },
    end: async () => {
      void supervisor.terminate();
      await clock.advanceAsync(10_000);
    },
  };
}

/** An inspection, and what it has shown. */
export function inspected(supervisor: Supervisor, options?: InspectOptions) {
  const events: InspectionEvent[] = [];
  const inspection = inspect(supervisor, (event) => events.push(event), options);
  return {
    events,
    inspection,
    /** Lines about the actors of one kind. */
    of: (kind: string) => events.filter((event) => actorOf(event).kind === kind).map(lineOf),
  };
}

export const actorOf = ({ actorRef }: InspectionEvent): InspectedActor => actorRef as InspectedActor;

/** Says in one line what an event shows. */
export function lineOf(event: InspectionEvent): string {
  switch (event.type) {
    case '@xstate.actor':
      return `below ${actorOf(event)._parent?.kind ?? 'nothing'}`;
    case '@xstate.event': {
      const source = event.sourceRef as unknown as InspectedActor | undefined;
      return `<- ${event.event.type}${source === undefined ? '' : ` of ${source.kind}`}`;
    }
    case '@xstate.snapshot':
      return `${event.snapshot.status} ${JSON.stringify((event.snapshot as { readonly value?: unknown }).value)}`;
    case '@xstate.action':
      return event.action.type;
    default:
      return event.type;
  }
}

/** What breaks the order that every tool relies on, one line for each event that does. */
export function disorder(events: readonly InspectionEvent[]): string[] {
  const states = new Map<InspectedActor, 'there' | 'over'>();
  return events.flatMap((event) => {
    const actor = actorOf(event);
    const state = states.get(actor);
    const name = `${actor.sessionId} ${lineOf(event)}`;
    if (event.type === '@xstate.actor') {
      states.set(actor, 'there');
      if (state !== undefined) return [`${name}: again`];
      return actor._parent !== undefined && !states.has(actor._parent) ? [`${name}: before its parent`] : [];
    }
    if (event.type === '@xstate.snapshot' && event.snapshot.status !== 'active') states.set(actor, 'over');
    return state === 'there' ? [] : [`${name}: ${state ?? 'before its actor'}`];
  });
}
