import fc from 'fast-check';
import { describe, test } from 'vitest';
import { connectionMachine, createStepper } from '../../src/machines/index.js';
import { eventsIn, ignoredIn } from './connection-events.js';
import { titleOf } from './connection-paths.js';
import type { Step, SystemMaker } from './connection-system.js';
import { memoryStage } from './memory-stage.js';
import type { Role } from './peer.js';
import { PureSystem } from './pure-system.js';
import { runSteps } from './run-path.js';
import { RuntimeSystem } from './runtime-system.js';
import { scriptedStage } from './scripted-stage.js';
import { socketStage } from './socket-stage.js';

/** Replay a walk with `MODEL_SEED=... npx vitest run test/model/random-walks.test.ts`. */
const seed = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);
process.stdout.write(`random walks: MODEL_SEED=${seed}\n`);

const MAX_STEPS = 12;

const stepper = createStepper(connectionMachine);

/** Whether our own wires emit this in that state. */
const isEmitted = ({ from, event }: Step) =>
  event.type !== 'wire.failed' || (from !== 'connecting' && from !== 'closing.crossed');

const endsHandler = ({ event }: Step) => event.type === 'handler.returned' || event.type === 'handler.threw';

/** Picks each step among those that may follow, including events without effect. */
function walkOf(picks: readonly number[], isPossible: (step: Step) => boolean): Step[] {
  const steps: Step[] = [];
  let state = stepper.initial().next;
  for (const pick of picks) {
    const from = state.path;
    const events = [...(eventsIn[from] ?? []), ...(ignoredIn[from] ?? [])];
    const possible = events
      .map((event) => ({ from, event, to: stepper.step(state, event.type).next.path }))
      // A handler ends once.
      .filter((step) => isPossible(step) && !(endsHandler(step) && steps.some(endsHandler)));
    const step = possible[pick % possible.length];
    if (step === undefined) break;
    steps.push(step);
    state = stepper.at(step.to);
  }
  return steps;
}

const walks = (isPossible: (step: Step) => boolean) =>
  fc.array(fc.nat({ max: 999 }), { maxLength: MAX_STEPS }).map((picks) => walkOf(picks, isPossible));

/** An accepted connection begins open. */
const isInRole = (role: Role) => (step: Step) =>
  role === 'dialed' || step.from !== 'connecting' || step.event.type === 'wire.opened';

const systems: readonly (readonly [
  string,
  runs: number,
  Readonly<Partial<Record<Role, SystemMaker>>>,
  (step: Step) => boolean,
])[] = [
  ['the machine itself', 500, { dialed: async () => new PureSystem() }, () => true],
  ['the runtime over scripted wires', 200, { dialed: RuntimeSystem.on(scriptedStage(), 'dialed') }, () => true],
  [
    'the runtime in memory',
    200,
    { dialed: RuntimeSystem.on(memoryStage, 'dialed'), accepted: RuntimeSystem.on(memoryStage, 'accepted') },
    isEmitted,
  ],
  [
    'the runtime over real sockets',
    50,
    { dialed: RuntimeSystem.on(socketStage, 'dialed'), accepted: RuntimeSystem.on(socketStage, 'accepted') },
    isEmitted,
  ],
];

describe.each(systems)('random walks through %s', (_name, numRuns, byRole, isPossible) => {
  const roles = Object.entries(byRole) as [Role, SystemMaker][];
  const arbitrary = fc
    .constantFrom(...roles)
    .chain(([role, makeSystem]) =>
      walks((step) => isPossible(step) && isInRole(role)(step)).map((steps) => ({ role, makeSystem, steps })),
    );

  test('agree with the model after each step, and in the report', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ role, makeSystem, steps }) => {
        try {
          await runSteps(steps, makeSystem);
        } catch (cause) {
          throw new Error(`${role}, ${titleOf(steps)}: ${cause instanceof Error ? cause.message : String(cause)}`, {
            cause,
          });
        }
      }),
      { seed, numRuns },
    );
  });
});
