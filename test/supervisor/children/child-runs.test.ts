import { expect, test } from 'vitest';
import type { ChildSpec, RunningChild } from '../../../src/supervisor/api/child-spec.js';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import type { Restart } from '../../../src/supervisor/api/restart.js';
import { StartContext } from '../../../src/supervisor/children/child-context.js';
import { ChildRuns } from '../../../src/supervisor/children/child-runs.js';
import { ChildSlot } from '../../../src/supervisor/children/child-slot.js';
import { Children } from '../../../src/supervisor/children/children.js';
import { KeepAlive } from '../../../src/supervisor/time/keep-alive.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { EndedError } from '../../../src/transport/errors.js';
import { TestChild } from '../../support/a-child.js';
import { settled } from '../../support/settled.js';

const CLOSE = { code: 1001, reason: '' };
const ENDED = new EndedError('the supervisor stops');
const none = (): never => {
  throw new Error('not in these tests');
};

function aRun(
  start: ChildSpec['start'],
  { restart = 'permanent', shutdown = 100 }: { restart?: Restart; shutdown?: number | 'brutal' } = {},
) {
  const clock = createHeapClock();
  const events: SupervisorEvent[] = [];
  const exits: string[] = [];
  const children = new Children();
  const contexts: StartContext[] = [];
  const slot = new ChildSlot({ id: 'a', start, restart, shutdown });
  children.add(slot);
  const runs = new ChildRuns(
    {
      name: 'root',
      clock,
      keepAlive: new KeepAlive(clock),
      isReady: true,
      isAncestorOrSelf: () => false,
      escalated: none,
      publish: (event) => events.push(event),
      contextFor: (id) => {
        const context = new StartContext(id, { dial: none, listen: none, supervise: none }, none);
        contexts.push(context);
        return context;
      },
    },
    children,
    (_slot, _running, { reason }) => exits.push(reason),
  );
  return { clock, events, exits, children, contexts, slot, runs, types: () => events.map(({ type }) => type) };
}

test('a start, an exit, and a stop are each published once', async () => {
  const child = new TestChild('a');
  const { runs, slot, events, exits } = aRun(() => child.start());
  await runs.begin(slot);
  await runs.stop(slot, CLOSE);
  await settled();
  expect(events).toEqual([
    { type: 'child.started', supervisor: 'root', childId: 'a', kind: 'worker' },
    { type: 'child.exited', supervisor: 'root', exit: { id: 'a', reason: 'shutdown', report: undefined } },
  ]);
  expect([exits, slot.state]).toEqual([['shutdown'], 'stopped']);
});

test('stopping a child that does not run publishes nothing', async () => {
  const { runs, slot, events } = aRun(none);
  await runs.stop(slot, CLOSE);
  expect([events, slot.state]).toEqual([[], 'stopped']);
});

test('a start under way is called off by its signal, and abandoned at the end of its budget', async () => {
  const { runs, slot, clock, contexts, types } = aRun(() => new Promise<RunningChild>(() => {}));
  const fault = Promise.resolve(runs.begin(slot));
  runs.callOffStart(ENDED);
  expect(contexts[0]?.signal).toMatchObject({ aborted: true, reason: ENDED });
  expect(clock.nextDueAt).toBe(clock.now() + 100);
  await clock.advanceAsync(100);
  expect(await fault).toEqual({ error: ENDED });
  expect(types()).toEqual(['child.start-failed']);
});

test('the start of a brutal child is abandoned at once', async () => {
  const { runs, slot, clock } = aRun(() => new Promise<RunningChild>(() => {}), { shutdown: 'brutal' });
  const fault = Promise.resolve(runs.begin(slot));
  runs.callOffStart(ENDED);
  expect(await fault).toEqual({ error: ENDED });
  expect(clock.pending).toBe(0);
});

test('without a start under way there is nothing to call off', () => {
  const { runs, clock } = aRun(none);
  runs.callOffStart(ENDED);
  runs.terminateRemaining(CLOSE, ENDED);
  expect(clock.pending).toBe(0);
});

test.each<[Restart, boolean, string, boolean]>([
  ['permanent', false, 'child.kept', true],
  ['transient', false, 'child.kept', true],
  ['temporary', false, 'child.forgotten', false],
  ['permanent', true, 'child.forgotten', false],
])(
  'a %s child that stays stopped (by its user: %s) is published as %s',
  async (restart, isStoppedByUser, type, isThere) => {
    const child = new TestChild('a');
    const { runs, slot, children, events } = aRun(() => child.start(), { restart });
    await runs.begin(slot);
    await runs.stop(slot, CLOSE);
    slot.isStoppedByUser = isStoppedByUser;
    runs.keepOrForget(slot);
    expect(events.at(-1)).toEqual({
      type,
      supervisor: 'root',
      exit: { id: 'a', reason: 'shutdown', report: undefined },
    });
    expect(children.has('a')).toBe(isThere);
    expect(child.concluded).toBeDefined();
  },
);
