import { describe, expect, test } from 'vitest';
import { toScxml } from '../../src/inspect/index.js';
import { describeMachine } from '../../src/machines/diagram/describe.js';
import { scxmlName } from '../../src/machines/diagram/scxml-condition.js';
import { FLAGS, MACHINES } from './machines.js';
import { whatIsMissing } from './packages.js';
import { hasScxmlPeer, walkScxml } from './scxml-peer.js';
import { leavesOf, randomWalks, snapshotsOf } from './walks.js';

if (!hasScxmlPeer) whatIsMissing("Qt's interpreter of SCXML is not installed: run scripts/install-peers.sh readers");

const WALKS = 6;
const STEPS = 20;

/** The guards of the machines, as SCXML reads them from the event. */
const isFlag = (name: string) =>
  `typeof _event === 'object' && !!_event && !!_event.data && !!_event.data.flags && _event.data.flags.${name} === true`;
const guards = Object.fromEntries([
  ...FLAGS.map((name) => [name, isFlag(name)]),
  ...Array.from({ length: 40 }, (_, index) => [`guard_${index + 1}`, isFlag('inline')]),
]);

describe.runIf(hasScxmlPeer)("Qt's interpreter of SCXML", () => {
  const cases = MACHINES.map(([name, machine]) => ({
    name,
    machine,
    walks: randomWalks(machine, WALKS, STEPS),
    scxml: toScxml(machine, { guards }),
  }));

  test(`takes the steps that XState takes, ${MACHINES.length * WALKS * STEPS} in all`, () => {
    expect(MACHINES.length * WALKS * STEPS).toBeGreaterThanOrEqual(10_000);
    const answers = walkScxml(
      cases.map(({ scxml, walks }) => ({
        scxml,
        walks: walks.map((walk) =>
          walk.map(({ type, flags, to }) => ({ event: scxmlName(type), data: { flags, to } })),
        ),
      })),
    );
    const differences = cases.flatMap(({ name, machine, walks }, index) => {
      const answer = answers[index];
      if (answer === undefined || 'errors' in answer) return [`${name}: ${JSON.stringify(answer)}`];
      const { states, root } = describeMachine(machine);
      const ids = new Map(states.map(({ id, path }) => [JSON.stringify(path), id]));
      return walks.flatMap((walk, at) => {
        const expected = snapshotsOf(machine, walk).map(({ value, status }) =>
          status === 'done'
            ? 'done'
            : leavesOf(value)
                .map((path) => ids.get(JSON.stringify(path)) ?? root.id)
                .toSorted(),
        );
        const given = answer.walks[at]?.map(({ active, running }) => (running ? active.toSorted() : 'done')) ?? [];
        const step = expected.findIndex((state, i) => JSON.stringify(state) !== JSON.stringify(given[i]));
        return step < 0
          ? []
          : [
              `${name}: step ${step}, ${JSON.stringify([expected[step - 1], walk[step - 1], expected[step], given[step]])}`,
            ];
      });
    });
    expect(differences).toEqual([]);
  }, 120_000);
});
