import { type ConnectionEvent, connectionMachine, createStepper } from '../../src/machines/index.js';
import type { TransitionCoverage } from '../../src/testing/transition-coverage.js';
import { type ConnectionPath, stepsOf } from './connection-paths.js';
import { agree, type ConnectionSystem, type Patience, type Step, type SystemMaker } from './connection-system.js';

/** What may differ from one run to another. */
export interface RunOptions {
  /** Records the transitions that were walked. */
  readonly coverage?: TransitionCoverage;
  readonly patience?: Patience;
}

const stepper = createStepper(connectionMachine);

/** How to go on to an end from each state, so that every walk has its report. */
const WAY_OUT: Readonly<Record<string, ConnectionEvent>> = {
  connecting: { type: 'wire.opened', protocol: '', remoteAddress: undefined },
  open: { type: 'close', code: 1000, reason: '', trigger: 'close-called' },
  'closing.awaitingPeer': { type: 'wire.closing', received: { code: 1000, reason: '' } },
  'closing.crossed': { type: 'wire.closed', end: { kind: 'closed', unconfirmed: { frames: 0, bytes: 0 } } },
};

/** Steps, followed to an end. */
export function toTheEnd(steps: readonly Step[]): readonly Step[] {
  const from = steps.at(-1)?.to ?? 'connecting';
  const event = WAY_OUT[from];
  if (event === undefined) return steps;
  return toTheEnd([...steps, { from, event, to: stepper.step(stepper.at(from), event.type).next.path }]);
}

async function take(
  steps: readonly Step[],
  count: number,
  system: ConnectionSystem,
  patience: Patience | undefined,
): Promise<void> {
  const step = steps[count - 1];
  if (step !== undefined) await system.apply(step.event);
  await agree(system, steps.slice(0, count), patience);
}

/**
 * Walks one path of XState's test model, and on to an end. Every event of the machine has an executor, and so has every
 * state: what has none is passed over without a word.
 */
export async function runPath(
  path: ConnectionPath,
  makeSystem: SystemMaker,
  { coverage, patience }: RunOptions = {},
): Promise<void> {
  const own = stepsOf(path).length;
  const steps = toTheEnd(stepsOf(path));
  await using system = await makeSystem(steps);
  let done = 0;
  await agree(system, [], patience);
  const execute = async () => {
    const step = steps[done];
    const before = path.steps[done]?.state;
    if (done === own || step === undefined || before === undefined) throw new Error('the path has ended');
    await system.apply(step.event);
    coverage?.note(before, step.event);
    done += 1;
  };
  await path.test({
    events: Object.fromEntries(connectionMachine.events.map((type) => [type, execute])),
    states: { '*': () => agree(system, steps.slice(0, done), patience) },
  });
  if (done !== own) throw new Error(`${own - done} steps were passed over`);
  for (let count = own + 1; count <= steps.length; count++) await take(steps, count, system, patience);
}

/** Walks any steps, and on to an end. */
export async function runSteps(
  walk: readonly Step[],
  makeSystem: SystemMaker,
  { patience }: RunOptions = {},
): Promise<void> {
  const steps = toTheEnd(walk);
  await using system = await makeSystem(steps);
  for (let count = 0; count <= steps.length; count++) await take(steps, count, system, patience);
}
