import { afterAll, describe, expect, test } from 'vitest';
import { connectionMachine } from '../../src/machines/index.js';
import { transitionCoverage } from '../../src/testing/transition-coverage.js';
import { eventsIn } from './connection-events.js';
import { connectionPaths, stepsOf, titleOf } from './connection-paths.js';
import type { SystemMaker } from './connection-system.js';
import { memoryStage } from './memory-stage.js';
import { PureSystem } from './pure-system.js';
import { runPath } from './run-path.js';
import { RuntimeSystem } from './runtime-system.js';
import { scriptedStage } from './scripted-stage.js';
import { socketStage } from './socket-stage.js';

/** What no wire of ours emits in that state, since the handshake's or the socket's end says it: only a script can. */
const BEYOND_WIRES = ['connecting: wire.failed', 'closing.crossed: wire.failed'];

/** An accepted connection begins open: there is nothing to observe before. */
const BEFORE_OPENING = ['wire.closed', 'deadline.open', 'close', 'terminate'].map((event) => `connecting: ${event}`);

const systems: readonly (readonly [string, SystemMaker, beyond: readonly string[]])[] = [
  ['the machine itself', async () => new PureSystem(), []],
  ['the runtime over scripted wires', RuntimeSystem.on(scriptedStage(), 'dialed'), []],
  ['the runtime in memory, dialed', RuntimeSystem.on(memoryStage, 'dialed'), BEYOND_WIRES],
  ['the runtime in memory, accepted', RuntimeSystem.on(memoryStage, 'accepted'), [...BEFORE_OPENING, ...BEYOND_WIRES]],
  ['the runtime over real sockets, dialed', RuntimeSystem.on(socketStage, 'dialed'), BEYOND_WIRES],
  [
    'the runtime over real sockets, accepted',
    RuntimeSystem.on(socketStage, 'accepted'),
    [...BEFORE_OPENING, ...BEYOND_WIRES],
  ],
];

const key = (step: { readonly from: string; readonly event: { readonly type: string } }) =>
  `${step.from}: ${step.event.type}`;

describe('the paths', () => {
  test('take every variant of every event', () => {
    const walked = new Set(
      connectionPaths.flatMap(stepsOf).map(({ from, event }) => `${from} ${JSON.stringify(event)}`),
    );
    const listed = Object.entries(eventsIn).flatMap(([state, events]) =>
      events.map((event) => `${state} ${JSON.stringify(event)}`),
    );
    expect([...walked].sort()).toEqual(listed.sort());
  });
});

describe.each(systems)('%s', (name, makeSystem, beyond) => {
  const coverage = transitionCoverage(connectionMachine);
  const walkable = connectionPaths.filter((path) => !stepsOf(path).some((step) => beyond.includes(key(step))));

  test.each(walkable.map((path) => [titleOf(stepsOf(path)), path] as const))('%s', async (_title, path) => {
    await runPath(path, makeSystem, { coverage });
  });

  test(`walks every transition${beyond.length === 0 ? '' : `, except ${beyond.join('; ')}`}`, () => {
    expect(coverage.missing).toEqual(coverage.all.filter((transition) => beyond.includes(transition)));
  });

  afterAll(() => {
    const inReach = coverage.all.length - beyond.length;
    const share = Math.floor((coverage.walked.length * 100) / inReach);
    process.stdout.write(
      `${name}: walked ${coverage.walked.length} of ${inReach} transitions in its reach (${share} %), of ${coverage.all.length} in all\n`,
    );
  });
});
