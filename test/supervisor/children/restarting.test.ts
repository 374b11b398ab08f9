import { expect, test } from 'vitest';
import type { ChildExit, Strategy } from '../../../src/supervisor/api/child-spec.js';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import type { Restart } from '../../../src/supervisor/api/restart.js';
import { StartContext } from '../../../src/supervisor/children/child-context.js';
import { ChildRuns } from '../../../src/supervisor/children/child-runs.js';
import { ChildSlot } from '../../../src/supervisor/children/child-slot.js';
import { Children } from '../../../src/supervisor/children/children.js';
import { Mailbox } from '../../../src/supervisor/children/mailbox.js';
import { Restarting } from '../../../src/supervisor/children/restarting.js';
import { KeepAlive } from '../../../src/supervisor/time/keep-alive.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { TestChild } from '../../support/a-child.js';
import { settled } from '../../support/settled.js';

const none = (): never => {
  throw new Error('not in these tests');
};

/** Children `a`, `b`, `c` that run, and what judges their exits. */
async function aFamily({ strategy = 'one_for_one', restart = 'permanent', isReady = true }: FamilyOptions = {}) {
  const clock = createHeapClock();
  const events: SupervisorEvent[] = [];
  const escalations: ChildExit[] = [];
  const owner = {
    name: 'root',
    clock,
    keepAlive: new KeepAlive(clock),
    isReady,
    isAncestorOrSelf: () => false,
    publish: (event: SupervisorEvent) => void events.push(event),
    contextFor: (id: string) => new StartContext(id, { dial: none, listen: none, supervise: none }, none),
    escalated: (exit: ChildExit) => void escalations.push(exit),
  };
  const children = new Children();
  const runs = new ChildRuns(owner, children, () => {});
  const settings = { strategy, intensity: { maxRestarts: 2, withinMs: 1_000 } };
  const restarting = new Restarting({ owner, settings, children, runs, mailbox: new Mailbox() });
  const log: string[] = [];
  const kids = ['a', 'b', 'c'].map((id) => new TestChild(id, log));
  for (const kid of kids) {
    const slot = new ChildSlot({ id: kid.id, restart, shutdown: 100, start: () => kid.start() });
    children.add(slot);
    await runs.begin(slot);
  }
  log.length = 0;
  events.length = 0;
  const kid = (id: string) => {
    const [found, slot] = [kids.find((one) => one.id === id), children.get(id)];
    if (found === undefined || slot === undefined) throw new Error(`there is no child ${id}`);
    return { child: found, slot };
  };
  /** A child crashes, and its exit is judged. */
  const crash = (id: string) => {
    const { child, slot } = kid(id);
    child.exit('abnormal');
    return restarting.judge(slot, runs.exited(slot, slot.ran({ reason: 'abnormal' })));
  };
  return {
    clock,
    children,
    log,
    events,
    escalations,
    restarting,
    kid,
    crash,
    types: () => events.map(({ type }) => type),
  };
}

interface FamilyOptions {
  readonly strategy?: Strategy;
  readonly restart?: Restart;
  readonly isReady?: boolean;
}

test.each<[Strategy, string[]]>([
  ['one_for_one', ['b: start']],
  ['rest_for_one', ['c: shutDown 1001', 'b: start', 'c: start']],
  ['one_for_all', ['c: shutDown 1001', 'a: shutDown 1001', 'a: start', 'b: start', 'c: start']],
])('%s: a crash of b asks for %j', async (strategy, asked) => {
  const { crash, log } = await aFamily({ strategy });
  await crash('b');
  expect(log).toEqual(asked);
});

test('a restart that needs no waiting starts the child before it returns', async () => {
  const { crash, log } = await aFamily();
  void crash('b');
  expect(log).toEqual(['b: start']);
});

test('the restart beyond the intensity is reported instead of made; restarts that have left the window do not count', async () => {
  const { crash, log, escalations, clock } = await aFamily();
  await crash('a');
  await crash('b');
  clock.advance(1_001);
  await crash('a');
  await crash('a');
  expect([log.length, escalations]).toEqual([4, []]);
  await crash('a');
  expect([log.length, escalations.map(({ id }) => id)]).toEqual([4, ['a']]);
});

test('the intensity says how many of the restarts still count', async () => {
  const { crash, clock, restarting } = await aFamily();
  await crash('a');
  clock.advance(600);
  await crash('b');
  expect(restarting.intensity).toMatchObject({ withinMs: 1_000, used: 2 });
  clock.advance(600);
  expect(restarting.intensity.used).toBe(1);
});

test('a supervisor that is not ready keeps the spec of a permanent child', async () => {
  const { crash, types, log } = await aFamily({ isReady: false });
  await crash('a');
  expect([types(), log]).toEqual([['child.exited', 'child.kept'], []]);
});

test('a child that its user has stopped is forgotten, whatever its restart type and the supervisor', async () => {
  const { crash, types, kid, children } = await aFamily({ isReady: false });
  kid('a').slot.isStoppedByUser = true;
  await crash('a');
  expect([types(), children.has('a')]).toEqual([['child.exited', 'child.forgotten'], false]);
});

test('a restart whose start fails is tried again, and counts again', async () => {
  const { crash, kid, events, escalations } = await aFamily();
  kid('a').child.startErrors.push(new Error('no port'), new Error('no port'));
  await crash('a');
  await settled();
  expect(events.flatMap((event) => (event.type === 'child.restarting' ? [event.restarts] : []))).toEqual([1, 2]);
  expect(escalations).toMatchObject([{ id: 'a', reason: 'abnormal', error: new Error('no port') }]);
});

test('a stop of the supervisor ends a restart that is under way: nothing more is started', async () => {
  const { crash, kid, log, restarting } = await aFamily({ strategy: 'one_for_all' });
  kid('c').child.atShutDown = 'lingers';
  const restart = crash('a');
  restarting.end();
  kid('c').child.exit('shutdown');
  await restart;
  expect(log).toEqual(['c: shutDown 1001']);
});
