import { expect } from 'vitest';
import type { Child } from '../../src/supervisor/api/child-spec.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { ModelSupervisor, type Reply } from './supervision-model.js';
import type { ChildNode, Scenario, Step } from './supervision-scenario.js';
import { SupervisionSystem } from './supervision-system.js';
import { ModelWorld } from './supervision-world.js';

/** The states of the model's and of the real supervisors, in the same words. */
type TreeState = readonly [
  state: string,
  children: readonly (readonly [id: string, state: string, restarts: number, childSupervisor?: TreeState])[],
];

function treeOfModel({ state, entries }: ModelSupervisor): TreeState {
  return [
    state,
    entries.map((entry) => {
      const line = [entry.node.id, entry.state, entry.restarts] as const;
      return entry.handle instanceof ModelSupervisor ? [...line, treeOfModel(entry.handle)] : line;
    }),
  ];
}

function treeOf(supervisor: Supervisor): TreeState {
  return [
    supervisor.state,
    supervisor.whichChildren().map(({ id, state, restarts }) => {
      const child: Child | undefined = supervisor.child(id);
      return child?.kind === 'supervisor' ? [id, state, restarts, treeOf(child)] : [id, state, restarts];
    }),
  ];
}

/** Supervisors of the model that users can get hold of, with their paths. */
function* supervisorsIn(supervisor: ModelSupervisor): Iterable<ModelSupervisor> {
  yield supervisor;
  for (const { handle } of supervisor.entries) if (handle instanceof ModelSupervisor) yield* supervisorsIn(handle);
}

const pick = <T>(from: readonly T[], target: number): T | undefined => from[target % from.length];

/** The order in which two supervisors at work start their children is not defined. */
const byPath = <T>(from: readonly T[], pathOf: (one: T) => string): readonly T[] =>
  from.toSorted((a, b) => (pathOf(a) < pathOf(b) ? -1 : pathOf(a) > pathOf(b) ? 1 : 0));

/** What was walked, to be shown. */
export interface Tally {
  readonly verdicts: Record<string, number>;
  steps: number;
  /** Scenarios left in the middle, since from there on they could go one way or another. */
  races: number;
}

/**
 * Runs one scenario in the model and for real, and compares after each step.
 *
 * @returns whether it came to its end: `false` if it was left at a race.
 */
export async function runScenario({ root, steps }: Scenario, tally: Tally): Promise<boolean> {
  const world = new ModelWorld();
  const model = new ModelSupervisor(world, '', root, undefined);
  world.spawn(model.main([]));
  world.settle();
  const system = new SupervisionSystem(root);
  const replies = { model: [] as string[], real: [] as string[] };
  const reply = (side: 'model' | 'real', call: string) => (said: Reply) => void replies[side].push(`${call}: ${said}`);

  const call = (
    what: 'start' | 'terminate' | 'restart' | 'delete',
    at: ModelSupervisor,
    id: string,
    node?: ChildNode,
  ) => {
    const real = system.at(at.path);
    if (real === undefined) throw new Error(`the model has a supervisor at ${at.path}, the system has none`);
    const name = `${replies.model.length + replies.real.length} ${what} ${at.path}/${id}`;
    at.call(reply('model', name), what, id, node);
    switch (what) {
      case 'start':
        return node === undefined
          ? undefined
          : system.call(real.startChild(system.spec(node, at.path)), reply('real', name));
      case 'terminate':
        return system.call(real.terminateChild(id), reply('real', name));
      case 'restart':
        return system.call(real.restartChild(id), reply('real', name));
      case 'delete':
        return system.call(real.deleteChild(id), reply('real', name));
    }
  };

  const take = async (step: Step): Promise<void> => {
    const supervisors = [...supervisorsIn(model)];
    switch (step.do) {
      case 'exit': {
        const worker = pick(
          byPath(
            world.workers.filter(({ alive }) => alive),
            ({ path }) => path,
          ),
          step.target,
        );
        const run = pick(
          byPath(
            system.runs.filter(({ isAlive }) => isAlive),
            ({ path }) => path,
          ),
          step.target,
        );
        expect(run?.path).toBe(worker?.path);
        worker?.exit(step.reason);
        run?.exit({ reason: step.reason });
        return;
      }
      case 'endStart': {
        const begun = pick(
          byPath(world.pending, ({ run }) => run.path),
          step.target,
        );
        const slow = pick(
          byPath(system.slowStarts, ({ path }) => path),
          step.target,
        );
        expect(slow?.path).toBe(begun?.run.path);
        if (begun === undefined || slow === undefined) return;
        world.endStart(begun, step.ok);
        system.slowStarts.splice(system.slowStarts.indexOf(slow), 1);
        slow.end(step.ok);
        return;
      }
      case 'start': {
        const at = pick(supervisors, step.target);
        if (at !== undefined) call('start', at, step.node.id, step.node);
        return;
      }
      case 'stop': {
        const at = pick(supervisors, step.target);
        const real = at === undefined ? undefined : system.at(at.path);
        at?.stop();
        void real?.stop();
        return;
      }
      case 'cut': {
        const at = pick(supervisors, step.target);
        const real = at === undefined ? undefined : system.at(at.path);
        at?.cut();
        void real?.terminate();
        return;
      }
      case 'advance':
        world.advance(step.ms);
        await system.advance(step.ms);
        return;
      default: {
        const ids = supervisors.flatMap((at) =>
          ['z', ...at.entries.map(({ node }) => node.id)].map((id) => ({ at, id })),
        );
        const whom = pick(ids, step.target);
        if (whom !== undefined) call(step.do, whom.at, whom.id);
      }
    }
  };

  const compare = async (): Promise<void> => {
    world.settle();
    await system.settle();
    if (world.isRacing) return;
    expect(treeOf(system.root)).toEqual(treeOfModel(model));
    expect(Object.fromEntries(system.lines)).toEqual(Object.fromEntries(world.lines));
    expect(replies.real.toSorted()).toEqual(replies.model.toSorted());
  };

  for (const step of steps) {
    await take(step);
    await compare();
    tally.steps += 1;
    if (world.isRacing) {
      tally.races += 1;
      return false;
    }
  }
  // However it stands, a stop that is cut short ends it.
  for (const step of [
    { do: 'stop', target: 0 },
    { do: 'cut', target: 0 },
  ] as const) {
    await take(step);
    await compare();
  }
  expect(system.runs.filter(({ isAlive }) => isAlive)).toEqual([]);
  expect(system.clock.pending).toBe(0);
  system.replays();
  for (const lines of world.lines.values()) {
    for (const [word = ''] of lines.map((line) => line.split(' ')))
      tally.verdicts[word] = (tally.verdicts[word] ?? 0) + 1;
  }
  return true;
}
