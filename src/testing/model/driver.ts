import type { AnyEventObject, AnyStateMachine, ContextFrom, EventFromLogic, SnapshotFrom } from 'xstate';
import type { HeapClock } from '../heap-clock.js';
import type { Position } from './model.js';

/**
 * The system under test, as a model test drives it. Each path and each walk starts a system of its own.
 *
 * What a function throws, or rejects with, fails the path; so does a function that has not settled within
 * `withinMs`.
 */
export interface Driver<Machine extends AnyStateMachine, System> {
  /** Starts the system. It has to be in the machine's initial state afterwards. */
  readonly start: (run: DriverRun<Machine>) => System | Promise<System>;
  /**
   * How to make each event of the machine happen, by the event's type; `'*'` stands for every type without an entry.
   * Events that the machine raises itself have none.
   */
  readonly events: EventExecutors<Machine, System>;
  /**
   * How to see that the system is in a state of the machine: a function that throws if it is not. By the state's path
   * from the root, `closing.awaitingPeer`. Every innermost state needs an entry, states around them may have one, which
   * is called first; `'*'` is called where an innermost state has none.
   */
  readonly states: StateChecks<Machine, System>;
  /**
   * Lets time pass for the system until a delay of the machine (`after`) is over. Default: advances the clock of the
   * run, which `start` was given, and checks the system a millisecond before as well: too early is wrong, too.
   */
  readonly advance?: (system: System, ms: number) => unknown;
  /**
   * Ends the system, whatever has become of it. Default: disposes of the system if it has `Symbol.asyncDispose` or
   * `Symbol.dispose`.
   */
  readonly end?: (system: System) => unknown;
}

/** What `start` is given. */
export interface DriverRun<Machine extends AnyStateMachine> {
  /** What is going to happen, in order. */
  readonly steps: readonly ModelStep<Machine>[];
  /**
   * A clock of this run alone, which stands still until the machine waits for a delay. Timers that are set on it when
   * the system has ended fail the run.
   */
  readonly clock: HeapClock;
  /** Aborts when the run is over, before `end` is called. */
  readonly signal: AbortSignal;
}

/** Where the model is. */
export interface ModelState<Machine extends AnyStateMachine = AnyStateMachine> {
  /** `closing.awaitingPeer`; of a machine with parallel states that of each region: `a.x + b.y`. */
  readonly name: string;
  readonly context: ContextFrom<Machine>;
  readonly snapshot: SnapshotFrom<Machine>;
}

/** One step of a path: an event, and where the model is before and after it. */
export interface ModelStep<Machine extends AnyStateMachine = AnyStateMachine> {
  readonly event: ModelEvent<Machine> | TimeEvent;
  readonly from: ModelState<Machine>;
  readonly to: ModelState<Machine>;
}

/** Time has passed until the next delays of the machine were over. */
export interface TimeEvent {
  readonly type: 'wirekeeper.time';
  readonly ms: number;
}

/** What an actor of the machine, invoked or spawned, reports. */
export type ActorEvent =
  | { readonly type: `xstate.done.actor.${string}`; readonly output?: unknown }
  | { readonly type: `xstate.error.actor.${string}`; readonly error?: unknown }
  | { readonly type: `xstate.snapshot.${string}`; readonly snapshot?: unknown };

/** An event of a machine, or of an actor of it. */
export type ModelEvent<Machine extends AnyStateMachine> = EventFromLogic<Machine> | ActorEvent;

/** The events of one type. */
type OfType<Event, Type> = Event extends { readonly type: infer Types }
  ? Type extends Types
    ? Event & { readonly type: Type }
    : never
  : never;

/** Makes an event happen in a system. */
export type EventExecutor<Machine extends AnyStateMachine, System, Event> = (
  system: System,
  event: Event,
  step: ModelStep<Machine>,
) => unknown;

/** Executors by the type of their event. */
export type EventExecutors<Machine extends AnyStateMachine, System> = {
  readonly [Type in ModelEvent<Machine>['type']]?: EventExecutor<Machine, System, OfType<ModelEvent<Machine>, Type>>;
} & { readonly '*'?: EventExecutor<Machine, System, ModelEvent<Machine>> };

/** Checks by the path of their state. */
export type StateChecks<Machine extends AnyStateMachine, System> = Readonly<
  Record<string, (system: System, state: ModelState<Machine>) => unknown>
>;

/** A driver whose types have been forgotten: the kit looks at the machine, not at its types. */
export interface AnyDriver {
  readonly start: (run: DriverRun<AnyStateMachine>) => unknown;
  readonly events: Readonly<Record<string, EventExecutor<AnyStateMachine, unknown, AnyEventObject>>>;
  readonly states: Readonly<Record<string, (system: unknown, state: ModelState) => unknown>>;
  readonly advance?: (system: unknown, ms: number) => unknown;
  readonly end?: (system: unknown) => unknown;
}

/** A step with what coverage needs of it. */
export interface Step {
  readonly event: AnyEventObject;
  readonly from: Position;
  readonly to: Position;
}
