import type { AnyEventObject, AnyStateMachine } from 'xstate';
import { readOptions, show, wrongOption } from '../../supervisor/options/option-rules.js';
import type { OptionError } from '../../transport/errors.js';
import { checkDriver, checkOffered } from './check-driver.js';
import { createChoices } from './choices.js';
import { createCoverage } from './coverage.js';
import { loadFastCheck } from './fast-check.js';
import { createModel, type Position } from './model.js';
import { type ResolvedTestModel, resolveTestModel } from './resolve-test-model.js';
import { type Bench, type PlannedStep, runSteps } from './run-steps.js';
import { type Edge, type Graph, pairGraphOf, pairsIn, searchOf, shortestPathsIn, simplePathsIn } from './search.js';
import { createKeyOf } from './state-key.js';
import type { PathOptions, ShortestPathOptions, TestModel, TestModelOptions, TestPath } from './test-model.js';
import { publicStep, stateOf, TIME, textOf } from './views.js';
import { resolveWalk, runWalks } from './walks.js';

/**
 * Makes a test of a machine: paths and random walks, on which a system under test has to do what the machine does.
 *
 * ```ts
 * const model = createTestModel(lightMachine, {
 *   events: [{ type: 'press' }],
 *   driver: {
 *     start: ({ clock }) => new Light(clock),
 *     events: { press: (light) => light.press() },
 *     states: {
 *       red: (light) => assert.equal(light.colour, 'red'),
 *       green: (light) => assert.equal(light.colour, 'green'),
 *     },
 *   },
 * });
 * for (const path of model.shortestPaths()) test(path.title, () => path.test());
 * test('random walks', () => model.testWalks());
 * ```
 *
 * The machine may have context, guards, delays, `always`, nested, parallel, and history states, and actors. It is never
 * run: its steps are computed, its actions are not carried out, and no actor is started.
 *
 * @throws {OptionError} when an event or a state of the machine has no executor, or an executor has no event or state.
 */
export function createTestModel<Machine extends AnyStateMachine, System>(
  machine: Machine,
  options: TestModelOptions<Machine, System>,
): TestModel<Machine> {
  // From here on the machine itself says which events and states there are, not its types.
  const resolved = resolveTestModel(options as unknown as TestModelOptions<AnyStateMachine, unknown>);
  return new TestModelRuntime(machine, resolved);
}

class TestModelRuntime implements TestModel<AnyStateMachine> {
  readonly coverage;
  readonly #machine: AnyStateMachine;
  readonly #options: ResolvedTestModel;
  readonly #bench: Bench;
  readonly #choices;
  readonly #write = createKeyOf();
  #graph: Graph | undefined;

  constructor(machine: AnyStateMachine, options: ResolvedTestModel) {
    const { events, ignored, driver, arbitraries, undriven, input, withinMs, clock } = options;
    checkDriver(machine, driver, { events, ignored, generated: Object.keys(arbitraries), undriven });
    const model = createModel(machine, input);
    const record = createCoverage(machine, (chainOf) => pairsIn(this.#searched(), chainOf));
    this.#machine = machine;
    this.#options = options;
    this.#bench = { model, driver, record, withinMs, clock };
    this.#choices = createChoices(model, events, ignored);
    this.coverage = record.coverage;
  }

  shortestPaths(options: ShortestPathOptions<AnyStateMachine> = {}): readonly TestPath[] {
    const { toState, cover = 'transitions' } = readOptions(options, ['toState', 'cover'], 'shortestPaths');
    if (cover !== 'transitions' && cover !== 'pairs')
      throw wrongOption('shortestPaths: cover', `is ${show(cover)}; allowed are transitions and pairs`);
    const graph = cover === 'pairs' ? pairGraphOf(this.#searched()) : this.#searched();
    return this.#pathsOf(shortestPathsIn(graph, this.#options, endsIn(toState)));
  }

  simplePaths(options: PathOptions<AnyStateMachine> = {}): readonly TestPath[] {
    const { toState } = readOptions(options, ['toState'], 'simplePaths');
    return this.#pathsOf(simplePathsIn(this.#searched(), this.#options, endsIn(toState)));
  }

  path(events: readonly AnyEventObject[]): TestPath {
    const steps: PlannedStep[] = [];
    let from = this.#bench.model.start().to;
    for (const [index, event] of events.entries()) {
      const choice = this.#choices.of(from, event);
      if (choice === undefined) throw this.#impossible(from, event, index, steps);
      const advance = choice.advance();
      steps.push({ event: choice.event, advance, from, to: advance.to });
      from = advance.to;
    }
    return this.#pathOf(steps);
  }

  async testPaths({
    paths = 'shortest',
    ...options
  }: ShortestPathOptions<AnyStateMachine> & { readonly paths?: 'shortest' | 'simple' } = {}): Promise<number> {
    if (paths !== 'shortest' && paths !== 'simple')
      throw wrongOption('testPaths: paths', `is ${show(paths)}; allowed are shortest and simple`);
    const found = paths === 'simple' ? this.simplePaths(options) : this.shortestPaths(options);
    for (const path of found) await path.test();
    return found.length;
  }

  async testWalks(options: Parameters<TestModel<AnyStateMachine>['testWalks']>[0] = {}) {
    return runWalks(
      await loadFastCheck(),
      this.#bench,
      { choices: this.#choices, arbitraries: this.#options.arbitraries },
      resolveWalk(options),
    );
  }

  /** The graph of the model, searched once. */
  #searched(): Graph {
    if (this.#graph !== undefined) return this.#graph;
    const { events, undriven, maxStates } = this.#options;
    const graph = searchOf(this.#bench.model, this.#choices, (position) => this.#keyOf(position), maxStates);
    if (typeof events === 'function') {
      const offered = new Set(graph.places.flatMap(({ edges }) => edges.map(({ event }) => event.type)));
      checkOffered(this.#machine, offered, undriven);
    }
    this.#graph = graph;
    return graph;
  }

  #pathsOf(paths: readonly (readonly Edge[])[]): TestPath[] {
    if (paths.length === 0) throw new Error(`${this.#machine.id}: there is no such path, so nothing would be tested.`);
    return paths.map((edges) => this.#pathOf(this.#retraced(edges)));
  }

  /** A path with its own states: those of the search stand for all that are one to `distinguish`. */
  #retraced(edges: readonly Edge[]): PlannedStep[] {
    let from = this.#bench.model.start().to;
    return edges.map((edge) => {
      const choice = this.#choices.of(from, edge.event);
      const advance = choice?.advance();
      if (choice === undefined || advance === undefined || this.#keyOf(advance.to) !== this.#keyOf(edge.to.position))
        throw wrongOption(
          'createTestModel: distinguish',
          `takes two states ${from.name} for one, but they go on differently after ${textOf(edge.event)}; ` +
            'it must return what their difference comes from',
        );
      const step = { event: choice.event, advance, from, to: advance.to };
      from = advance.to;
      return step;
    });
  }

  #keyOf(position: Position): string {
    return this.#write([...whatIsToCome(position), this.#options.distinguish(stateOf(position))]);
  }

  #pathOf(steps: readonly PlannedStep[]): TestPath {
    const bench = this.#bench;
    return {
      title: steps.map(({ event, to }) => `${textOf(event)} > ${to.name}`).join(', '),
      steps: steps.map(publicStep),
      test: () => runSteps(bench, bench.model.start(), steps),
    };
  }

  #impossible(at: Position, event: AnyEventObject, index: number, steps: readonly PlannedStep[]): OptionError {
    const possible = this.#choices.at(at, steps).map((choice) => textOf(choice.event));
    const what = event.type === TIME ? 'the wait' : textOf(event);
    return wrongOption(
      `path: events[${index}]`,
      `cannot happen in ${at.name}: ${what}; what can is ${possible.join(', ') || 'nothing'}`,
    );
  }
}

const endsIn =
  (toState: PathOptions<AnyStateMachine>['toState'] = () => true) =>
  (position: Position): boolean =>
    toState(stateOf(position));

/** What decides, beside state and context, what a machine will do. */
function whatIsToCome({ name, snapshot, timers, goneActors, isFinal }: Position): readonly unknown[] {
  const history = Object.entries(snapshot.historyValue).map(([id, nodes]) => [id, nodes.map((node) => node.id)]);
  const waits = timers.map(({ id, event, dueInMs }) => [id, event, dueInMs]);
  return [name, snapshot.status, isFinal, history, waits, goneActors, Object.keys(snapshot.children)];
}
