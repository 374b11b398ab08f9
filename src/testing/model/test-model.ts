import type { AnyStateMachine, InputFrom } from 'xstate';
import type { Clock } from '../../supervisor/api/clock.js';
import type { ModelCoverage } from './coverage.js';
import type { Driver, ModelEvent, ModelState, ModelStep, TimeEvent } from './driver.js';

/** What a model test knows of a machine and of the system under test. */
export interface TestModelOptions<Machine extends AnyStateMachine, System> {
  /**
   * The events that happen, each with every payload that matters; or a function that returns those of a state, given
   * the steps that led there. Where the machine has no transition for an event, it is left out; where a guard refuses
   * the event, it is tried, and nothing must come of it. Events of invoked and spawned actors have XState's types:
   * `{ type: 'xstate.done.actor.payment', output: 'paid' }`.
   */
  readonly events: EventsOf<Machine>;
  /** The system under test. */
  readonly driver: Driver<Machine, System>;
  /** The machine's input. Default none. */
  readonly input?: InputFrom<Machine>;
  /**
   * Arbitraries of fast-check for the payloads of events, by the event's type: `{ add: fc.record({ item: fc.string()
   * }) }`. Random walks take these instead of the payloads in `events`. Default none.
   */
  readonly arbitraries?: { readonly [Type in ModelEvent<Machine>['type']]?: PayloadArbitrary };
  /** Events to be tried where the machine has no transition for them: nothing must come of them. Default none. */
  readonly ignored?: EventsOf<Machine>;
  /**
   * The types of events that the driver does not bring about, since only the machine raises them or the system cannot
   * show them: they need no event and no executor. Default none.
   */
  readonly undriven?: readonly string[];
  /**
   * In what two states of one name differ: returns any value. A context that counts without end has too many values
   * to be searched. Default: the whole context.
   */
  readonly distinguish?: (state: ModelState<Machine>) => unknown;
  /** How many states a search may meet. Default 1,000. */
  readonly maxStates?: number;
  /** How many paths there may be. Default 5,000. */
  readonly maxPaths?: number;
  /** How long each call of the driver may take, in ms. Default 2,000. */
  readonly withinMs?: number;
  /** The clock of `withinMs` and `shrinkWithinMs`, for tests of tests. Default: Node's. */
  readonly clock?: Pick<Clock, 'setTimeout' | 'clearTimeout' | 'now'>;
}

/** An arbitrary of fast-check that makes objects. The declarations do without fast-check, which is optional. */
export interface PayloadArbitrary {
  generate(...args: never[]): { readonly value: object };
}

/** Events of a machine, or those of a state. */
export type EventsOf<Machine extends AnyStateMachine> =
  | readonly ModelEvent<Machine>[]
  | ((state: ModelState<Machine>, steps: readonly ModelStep<Machine>[]) => readonly ModelEvent<Machine>[]);

/** Which paths. */
export interface PathOptions<Machine extends AnyStateMachine> {
  /** Only paths to a state for which this returns `true`. Default: every path. */
  readonly toState?: (state: ModelState<Machine>) => boolean;
}

/** Which shortest paths. */
export interface ShortestPathOptions<Machine extends AnyStateMachine> extends PathOptions<Machine> {
  /**
   * What the paths take together: every transition, or every transition after each that it can follow. Default
   * `transitions`.
   */
  readonly cover?: 'transitions' | 'pairs';
}

/** A path through the machine, to be taken by a new system. */
export interface TestPath<Machine extends AnyStateMachine = AnyStateMachine> {
  /** The events and states in one line, as the title of a test: `go > green, after 1000 ms > yellow`. */
  readonly title: string;
  readonly steps: readonly ModelStep<Machine>[];
  /**
   * Takes a new system along the path, and compares both before the first step and after each.
   *
   * @throws {ModelTestError} when the system is not where the model is, when the driver throws or does not settle, or
   *   when timers are left behind.
   */
  test(): Promise<void>;
}

/** A machine as a test of a system. */
export interface TestModel<Machine extends AnyStateMachine> {
  /**
   * The shortest way to each event in each state: together they take every transition that can be reached, with every
   * payload in `events`. A path that another one begins with is left out.
   *
   * @throws {OptionError} for more than `maxStates` states or `maxPaths` paths, and if there is no path at all.
   */
  shortestPaths(options?: ShortestPathOptions<Machine>): readonly TestPath<Machine>[];
  /**
   * Every way through the machine that comes by no state twice. There may be very many.
   *
   * @throws {OptionError} as `shortestPaths`.
   */
  simplePaths(options?: PathOptions<Machine>): readonly TestPath<Machine>[];
  /**
   * The path of these events, in this order; `{ type: 'wirekeeper.time' }` waits for the next delay.
   *
   * @throws {OptionError} for an event that cannot happen where the machine then is.
   */
  path(events: readonly (ModelEvent<Machine> | Pick<TimeEvent, 'type'>)[]): TestPath<Machine>;
  /**
   * Takes a new system along each path, one after the other.
   *
   * @param options.paths default `shortest`.
   * @returns how many paths.
   * @throws {ModelTestError} for the first path on which the system leaves the model; {OptionError} as `shortestPaths`.
   */
  testPaths(options?: ShortestPathOptions<Machine> & { readonly paths?: 'shortest' | 'simple' }): Promise<number>;
  /**
   * Takes new systems on random walks. A walk on which the system leaves the model is made as short as possible; the
   * error then has the seed, and what takes that walk again. Needs fast-check.
   *
   * @throws {ModelTestError} for that walk; {Error} when fast-check is not installed.
   */
  testWalks(options?: WalkOptions): Promise<WalkReport>;
  /** What all paths and walks of this model have covered so far. */
  readonly coverage: ModelCoverage;
}

/** How systems are walked at random. */
export interface WalkOptions {
  /** How many walks. Default 100. */
  readonly runs?: number;
  /** Steps of the longest walk. Default 30. */
  readonly maxSteps?: number;
  /** A whole number from which all walks follow. Default: another one each time. */
  readonly seed?: number;
  /** How long a failing walk is made shorter, in ms. Default 10,000. */
  readonly shrinkWithinMs?: number;
  /** Takes one walk alone: what a failure printed, `seed:maxSteps:path`. Default: none. */
  readonly replay?: string;
}

/** What was walked. */
export interface WalkReport {
  readonly seed: number;
  readonly walks: number;
  readonly steps: number;
}
