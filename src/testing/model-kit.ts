import { inspect } from 'node:util';
import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventFromLogic,
  initialTransition,
  transition,
} from 'xstate';
import { pathOf } from '../machines/state-path.js';
import { type TransitionCoverage, transitionCoverage } from './transition-coverage.js';

/** One step of a path: an event, and the state the model is in afterwards. */
export interface ModelStep<Event> {
  readonly event: Event;
  /** As a path: `closing.awaitingPeer`. */
  readonly state: string;
}

/** What will happen, in order. */
export type ModelPath<Event> = readonly ModelStep<Event>[];

/** The system under test; each path gets a new one. */
export interface ModelledSystem<Event> {
  /** Makes the event happen. */
  apply(event: Event): void | Promise<void>;
  /** Throws unless the system is where the model is. Called before the first event and after each. */
  check(state: string): void | Promise<void>;
  /** Called after the path, even if it failed. */
  [Symbol.asyncDispose]?(): Promise<void>;
}

/** How a system is walked through its model. */
export interface WalkOptions<Machine extends AnyStateMachine> {
  /** Every event to be walked, with each variant of its payload. */
  readonly events: readonly EventFromLogic<Machine>[];
  /** Makes the system for one path, which it gets beforehand. */
  readonly system: (
    path: ModelPath<EventFromLogic<Machine>>,
  ) => ModelledSystem<EventFromLogic<Machine>> | Promise<ModelledSystem<EventFromLogic<Machine>>>;
}

/** More than this, and the machine's context counts without end. */
const MAX_STATES = 1_000;

/**
 * The shortest path to each transition and variant, breadth first; a path's last step is the very object that longer
 * paths go on from.
 */
function pathsOf<Event extends AnyEventObject>(
  machine: AnyStateMachine,
  events: readonly Event[],
  coverage: TransitionCoverage,
): ModelPath<Event>[] {
  const keyOf = ({ value, context }: AnyMachineSnapshot) => JSON.stringify({ value, context });
  const [start] = initialTransition(machine);
  const seen = new Set([keyOf(start)]);
  const queue: { readonly snapshot: AnyMachineSnapshot; readonly path: ModelPath<Event> }[] = [
    { snapshot: start, path: [] },
  ];
  const paths: ModelPath<Event>[] = [];
  for (const { snapshot, path } of queue) {
    if (snapshot.status !== 'active') continue;
    for (const event of events) {
      if (machine.getTransitionData(snapshot, event).length === 0) continue;
      coverage.note(snapshot, event);
      const [next] = transition(machine, snapshot, event);
      const longer = [...path, { event, state: pathOf(next.value) }];
      paths.push(longer);
      if (seen.has(keyOf(next))) continue;
      if (seen.size === MAX_STATES) throw new Error(`${machine.id}: more than ${MAX_STATES} states`);
      seen.add(keyOf(next));
      queue.push({ snapshot: next, path: longer });
    }
  }
  return paths;
}

/**
 * Walks a system along paths that take every transition of its model with every variant of its event, and compares the
 * two after each step. Each path is the shortest way to one transition; those that begin a longer one are not walked
 * on their own.
 *
 * ```ts
 * const coverage = await walkPaths(chatMachine, {
 *   events: [{ type: 'join', room: 'tea' }, { type: 'leave' }],
 *   system: () => new ChatOverMemoryTransport(),
 * });
 * expect(coverage.missing).toEqual([]);
 * ```
 *
 * @returns what was covered: a transition for which `events` holds nothing is missing there, never passed over.
 * @throws {Error} with the path so far, and what the system threw as its cause; for machines that `transitionCoverage`
 *   refuses.
 */
export async function walkPaths<Machine extends AnyStateMachine>(
  machine: Machine,
  options: WalkOptions<Machine>,
): Promise<TransitionCoverage> {
  const coverage = transitionCoverage(machine);
  const model: AnyStateMachine = machine;
  const start = pathOf(initialTransition(model)[0].value);
  const paths = pathsOf(model, options.events, coverage);
  const goneOnFrom = new Set(paths.map((path) => path.at(-2)));
  for (const path of paths) {
    if (goneOnFrom.has(path.at(-1))) continue;
    const system = await options.system(path);
    let soFar = start;
    try {
      await system.check(start);
      for (const step of path) {
        soFar += ` --${inspect(step.event, { breakLength: Number.POSITIVE_INFINITY })}--> ${step.state}`;
        await system.apply(step.event);
        await system.check(step.state);
      }
    } catch (cause) {
      throw new Error(`${machine.id}: the system left its model on ${soFar}`, { cause });
    } finally {
      await system[Symbol.asyncDispose]?.();
    }
  }
  return coverage;
}
