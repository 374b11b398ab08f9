import {
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  createEmptyActor,
  type InspectionEvent,
} from 'xstate';
import { candidatesOf, leavesIn, nameOf } from './machine-parts.js';

/**
 * Runs a machine as a model: pure steps, in which nothing is sent, started, or waited for. Delays (`after`, delayed
 * `raise`) are timers of the model that fire when time passes; invoked and spawned actors are never started, what they
 * would report comes as events.
 *
 * @param input what the machine's context is made of.
 */
export function createModel(machine: AnyStateMachine, input: unknown): Model {
  const interpret = (from: AnyMachineSnapshot | undefined, event: AnyEventObject): Interpreted => {
    // A system of its own for each step: actors of the step before hold their `systemId`.
    const self = createEmptyActor();
    const microsteps: Microstep[] = [];
    const effects: Effect[] = [];
    let before = from;
    const note = (inspected: InspectionEvent) => {
      if (inspected.type !== '@xstate.microstep' || inspected.actorRef !== self) return;
      const after = inspected.snapshot as AnyMachineSnapshot;
      microsteps.push({ before, event: inspected.event, transitions: inspected._transitions, after });
      before = after;
    };
    self.system.inspect(note);
    const scope: AnyActorScope = {
      self,
      system: self.system,
      id: '',
      ['sessionId']: '',
      logger: () => {},
      defer: () => {},
      emit: () => {},
      stopChild: () => {},
      actionExecutor: ({ type, params }) => effects.push({ type, params: params ?? {}, self }),
    };
    const snapshot: AnyMachineSnapshot =
      from === undefined ? machine.getInitialSnapshot(scope, input) : machine.transition(from, event, scope);
    return { snapshot, microsteps, effects };
  };

  /** One event, and what the machine sends to itself on the way. */
  const run = (from: Position | undefined, event: AnyEventObject, timers: readonly Timer[]): Advance => {
    const microsteps: Microstep[] = [];
    let snapshot = from?.snapshot;
    let pending = timers;
    const gone = new Set(from?.goneActors);
    const reporter = reporterOf(event);
    if (reporter?.isLast === true) gone.add(reporter.id);
    const queue = [event];
    for (const next of queue) {
      if (snapshot !== undefined && snapshot.status !== 'active') break;
      const step = interpret(snapshot, next);
      snapshot = step.snapshot;
      microsteps.push(...step.microsteps);
      for (const effect of step.effects) {
        pending = timersAfter(pending, effect);
        if (effect.type === 'xstate.spawnChild') gone.delete(String(effect.params['id']));
        const sent = sentToSelf(effect);
        if (sent !== undefined) queue.push(sent);
        if (queue.length > MAX_SENT_TO_SELF)
          throw new Error(`${machine.id}: the machine sends itself more than ${MAX_SENT_TO_SELF} events in one step.`);
      }
    }
    if (snapshot === undefined) throw new Error(`${machine.id}: the machine has no initial state.`);
    return { to: positionOf(snapshot, pending, gone), microsteps };
  };

  return {
    machine,
    start: () => run(undefined, { type: 'xstate.init' }, []),
    handles: ({ snapshot, isFinal }, event) =>
      !isFinal && snapshot._nodes.some((node) => candidatesOf(node, event).length > 0),
    canReport({ snapshot, goneActors }, event) {
      const reporter = reporterOf(event);
      if (reporter === undefined) return true;
      const invoked = snapshot._nodes.some((node) => node.invoke.some(({ id }) => id === reporter.id));
      return (invoked || snapshot.children[reporter.id] !== undefined) && !goneActors.has(reporter.id);
    },
    take: (position, event) => run(position, event, position.timers),
    wait(position) {
      const ms = Math.min(...position.timers.map(({ dueInMs }) => dueInMs));
      return ms === Number.POSITIVE_INFINITY ? undefined : { ms, advance: () => pass(position, ms) };
    },
  };

  /** Fires all that is due at that instant, unless what fires before it has cancelled it. */
  function pass(position: Position, ms: number): Advance {
    const later = position.timers.map((timer) => ({ ...timer, dueInMs: timer.dueInMs - ms }));
    const microsteps: Microstep[] = [];
    let to: Position = { ...position, timers: later };
    for (const timer of later.filter(({ dueInMs }) => dueInMs === 0)) {
      if (!to.timers.includes(timer)) continue;
      const others = to.timers.filter((other) => other !== timer);
      const step = run(to, timer.event, others);
      microsteps.push(...step.microsteps);
      to = step.to;
    }
    return { to, microsteps };
  }
}

/** Pure steps of a machine. */
export interface Model {
  readonly machine: AnyStateMachine;
  /** The initial state, and what led into it. */
  start(): Advance;
  /** Whether the machine has a transition for the event here, whatever its guard says. */
  handles(position: Position, event: AnyEventObject): boolean;
  /** Whether the actor that such an event comes from is there and has not ended; `true` for any other event. */
  canReport(position: Position, event: AnyEventObject): boolean;
  take(position: Position, event: AnyEventObject): Advance;
  /** Lets time pass until the next timers are due; `undefined` if there are none. */
  wait(position: Position): { readonly ms: number; readonly advance: () => Advance } | undefined;
}

/** Where a model is. */
export interface Position {
  readonly snapshot: AnyMachineSnapshot;
  /** `closing.awaitingPeer`; the states of all regions of a parallel one: `a.x + b.y`. */
  readonly name: string;
  readonly isFinal: boolean;
  /** In the order in which they were set. */
  readonly timers: readonly Timer[];
  /** Actors that are done or have failed and stand in the machine still. */
  readonly goneActors: ReadonlySet<string>;
}

/** A delayed event. */
export interface Timer {
  readonly id: string | undefined;
  readonly event: AnyEventObject;
  readonly dueInMs: number;
}

/** What a step has led to. */
export interface Advance {
  readonly to: Position;
  readonly microsteps: readonly Microstep[];
}

/** XState's smallest step: the transitions that are taken at once. */
export interface Microstep {
  /** `undefined` before the initial state. */
  readonly before: AnyMachineSnapshot | undefined;
  readonly event: AnyEventObject;
  readonly transitions: readonly AnyTransitionDefinition[];
  readonly after: AnyMachineSnapshot;
}

/** What a machine asks of its runtime. */
interface Effect {
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly self: unknown;
}

interface Interpreted {
  readonly snapshot: AnyMachineSnapshot;
  readonly microsteps: readonly Microstep[];
  readonly effects: readonly Effect[];
}

/** More, and the machine answers itself without end. */
const MAX_SENT_TO_SELF = 100;

/** Node's timers take shorter delays for 1 ms, and so does the heap clock. */
const SHORTEST_DELAY_MS = 1;

function positionOf(snapshot: AnyMachineSnapshot, timers: readonly Timer[], gone: ReadonlySet<string>): Position {
  const isFinal = snapshot.status !== 'active';
  return {
    snapshot,
    name: leavesIn(snapshot).map(nameOf).join(' + '),
    isFinal,
    timers: isFinal ? [] : timers,
    goneActors: new Set([...gone].filter((id) => snapshot.children[id] !== undefined || isInvoked(snapshot, id))),
  };
}

const isInvoked = (snapshot: AnyMachineSnapshot, actorId: string): boolean =>
  snapshot._nodes.some((node) => node.invoke.some(({ id }) => id === actorId));

/** The actor from which such an event comes. */
function reporterOf({ type }: AnyEventObject): { readonly id: string; readonly isLast: boolean } | undefined {
  const [, kind, id] = /^xstate\.(done\.actor|error\.actor|snapshot)\.(.+)$/.exec(type) ?? [];
  return id === undefined ? undefined : { id, isLast: kind !== 'snapshot' };
}

function timersAfter(timers: readonly Timer[], { type, params, self }: Effect): readonly Timer[] {
  if (type === 'xstate.cancel') return timers.filter(({ id }) => id !== params['sendId']);
  const isRaised = type === 'xstate.raise' || (type === 'xstate.sendTo' && params['to'] === self);
  const { id, event, delay } = params;
  if (!isRaised || typeof delay !== 'number') return timers;
  const timer = {
    id: typeof id === 'string' ? id : undefined,
    event: event as AnyEventObject,
    dueInMs: Math.max(SHORTEST_DELAY_MS, delay),
  };
  return [...timers.filter((other) => other.id === undefined || other.id !== timer.id), timer];
}

function sentToSelf({ type, params, self }: Effect): AnyEventObject | undefined {
  if (type !== 'xstate.sendTo' || params['to'] !== self || params['delay'] !== undefined) return undefined;
  return params['event'] as AnyEventObject;
}
