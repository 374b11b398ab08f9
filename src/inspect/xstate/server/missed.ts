import { type AnyEventObject, createMachine, type InspectionEvent } from 'xstate';
import type { TreeActor } from '../inspected-actor.js';
import { actorEvent, eventEvent, snapshotEvent } from '../inspection-events.js';
import { MachineActor } from '../machine-actor.js';

/** How many actors, and states, are counted by themselves; the rest is counted together. */
const MOST_COUNTED = 100;

const REST = 'others';

/** Counts what a viewer that was behind has not been shown. */
export class Missed {
  #events = 0;
  readonly #byActor = new Map<string, number>();
  readonly #byState = new Map<string, number>();

  count(event: InspectionEvent, actor: TreeActor): void {
    this.#events += 1;
    add(this.#byActor, actor.sessionId);
    if (event.type === '@xstate.snapshot') add(this.#byState, `${actor.kind}: ${placeOf(event.snapshot)}`);
  }

  /** The account, as an event that viewers can show: the number of events, by actor and by the state reached. */
  get event(): AnyEventObject {
    return {
      type: 'wirekeeper.missed',
      events: this.#events,
      byActor: Object.fromEntries(this.#byActor),
      byState: Object.fromEntries(this.#byState),
    };
  }
}

function add(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < MOST_COUNTED ? name : REST;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The outermost state of a machine, or the status of an actor without states. */
function placeOf(snapshot: object): string {
  const { value, status } = snapshot as { readonly value?: unknown; readonly status?: unknown };
  if (typeof value === 'string') return value;
  const [outermost] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return outermost ?? String(status);
}

/** The viewer itself as an actor, which takes the account of what was missed. */
const viewerMachine = createMachine({
  id: 'viewer',
  initial: 'watching',
  states: { watching: { on: { 'wirekeeper.missed': {} } } },
});

/** Makes the actor of a viewer. @param number the viewer's number. */
export function viewerActor(number: number): MachineActor {
  const identity = `viewer:${number}`;
  return new MachineActor({
    kind: 'viewer',
    id: identity,
    identity,
    machine: viewerMachine,
    path: 'watching',
    parent: undefined,
  });
}

/** The account of what was missed, as inspection events. */
export function accountOf(viewer: TreeActor, missed: Missed): readonly InspectionEvent[] {
  const { event } = missed;
  return [actorEvent(viewer), eventEvent(viewer, event, undefined), snapshotEvent(viewer, event)];
}
