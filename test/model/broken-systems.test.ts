import { describe, expect, test } from 'vitest';
import { type ConnectionEvent, connectionMachine, createStepper } from '../../src/machines/index.js';
import { connectionModel, stepsOf, toTheEnd } from './connection-model.js';
import type { ConnectionSystem, Observation, Patience, Step, SystemMaker } from './connection-system.js';
import { PureSystem } from './pure-system.js';
import { RuntimeSystem } from './runtime-system.js';
import { scriptedStage } from './scripted-stage.js';

/** Enough for a sound system over scripted wires, which needs neither sockets nor timers. */
const PATIENCE: Patience = { turns: 20, ms: Number.POSITIVE_INFINITY };

const sound = RuntimeSystem.on(scriptedStage(), 'dialed');

/** A system that is sound but for one thing. */
interface Flaw {
  readonly makeSystem?: SystemMaker;
  readonly deafTo?: ConnectionEvent['type'];
  readonly distorts?: (seen: Observation) => Observation;
}

function broken({ deafTo, distorts = (seen) => seen, makeSystem = sound }: Flaw): SystemMaker {
  return async (steps) => {
    const system: ConnectionSystem = await makeSystem(steps);
    return {
      doesReport: true,
      apply: async (event) => {
        if (event.type !== deafTo) await system.apply(event);
      },
      observe: () => distorts(system.observe()),
      [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
    };
  };
}

/** The paths on which the system was found to leave its model. */
async function caught(flaw: Flaw): Promise<string[]> {
  const found: string[] = [];
  for (const path of connectionModel(broken(flaw), { patience: PATIENCE }).shortestPaths()) {
    const fails = await path.test().then(
      () => false,
      () => true,
    );
    if (fails) found.push(path.title);
  }
  return found;
}

const paths = connectionModel(async () => new PureSystem()).shortestPaths();

/** The paths that have such a step on their way to the end. */
const pathsWith = (has: (step: Step) => boolean) =>
  paths.filter((path) => toTheEnd(stepsOf(path)).some(has)).map(({ title }) => title);

const endsAs = (state: string) => (step: Step) => step.to === state;

test('a sound system is not caught', async () => {
  expect(await caught({})).toEqual([]);
});

describe('a system that ignores', () => {
  test.each([
    'terminate',
    'close',
    'deadline.open',
    'deadline.close',
    'liveness.lost',
    'handler.threw',
    'wire.closing',
    'wire.failed',
    'wire.closed',
  ] as const)('%s is caught on every path with it', async (type) => {
    expect(await caught({ deafTo: type })).toEqual(pathsWith(({ event }) => event.type === type));
  });
});

describe('a system that', () => {
  test.each<readonly [string, Flaw['distorts'] & {}, has: (step: Step) => boolean]>([
    [
      'reports closed for failed',
      (seen) => ({
        ...seen,
        ...(seen.state === 'failed' ? { state: 'closed' } : {}),
        report: seen.report && { ...seen.report, outcome: 'closed' },
      }),
      endsAs('failed'),
    ],
    [
      'reports failed for closed in its report only',
      (seen) => ({ ...seen, report: seen.report && { ...seen.report, outcome: 'failed' } }),
      endsAs('closed'),
    ],
    ['never interrupts its handler', (seen) => ({ ...seen, isInterrupted: false }), ({ to }) => to !== 'open'],
    ['reports before its end', (seen) => ({ ...seen, report: seen.report ?? {} }), () => true],
    ['never reports', (seen) => ({ ...seen, report: undefined }), ({ to }) => to === 'closed' || to === 'failed'],
    [
      'forgets what its handler threw',
      (seen) => {
        const { handlerError: _forgotten, ...report } = seen.report ?? {};
        return { ...seen, report: seen.report && report };
      },
      ({ event }) => event.type === 'handler.threw',
    ],
  ])('%s is caught', async (_vice, distorts, has) => {
    expect(await caught({ distorts })).toEqual(pathsWith(has));
  });
});

test('a runtime that cannot drop its wires is caught wherever the machine drops one', async () => {
  const stepper = createStepper(connectionMachine);
  const drops = ({ from, event }: Step) =>
    stepper.step(stepper.at(from), event.type).effects.some((effect) => effect === 'dropWire' || effect === 'callOff');
  const undroppable = RuntimeSystem.on(scriptedStage({ isDroppable: false }), 'dialed');
  expect(await caught({ makeSystem: undroppable })).toEqual(pathsWith(drops));
});
