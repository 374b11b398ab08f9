import { expect, test } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { Gate } from '../../../../src/inspect/xstate/gate.js';
import type { TreeActor } from '../../../../src/inspect/xstate/inspected-actor.js';
import { actorEvent, snapshotEvent } from '../../../../src/inspect/xstate/inspection-events.js';
import { viewerActor } from '../../../../src/inspect/xstate/server/missed.js';
import { ViewerQueue } from '../../../../src/inspect/xstate/server/viewer-queue.js';
import { anActor } from '../actors.js';
import { actorOf, disorder, lineOf } from '../service.js';

/** A tree of actors with a viewer of it. */
function aStage(most = 1_000) {
  const there = new Set<TreeActor>();
  const root = anActor('supervisor', 'root');
  const door = anActor('listener', 'door', root);
  there.add(root);
  there.add(door);
  const queue = new ViewerQueue({ gate: new Gate({}), present: () => there, viewer: viewerActor(1), most });
  const stage = {
    root,
    door,
    queue,
    begin: (id: string) => {
      const actor = anActor('connection', id, door);
      there.add(actor);
      queue.offer(actorEvent(actor), actor);
      return actor;
    },
    step: (actor: TreeActor) => queue.offer(snapshotEvent(actor, { type: 'step' }), actor),
    end: (actor: TreeActor) => {
      there.delete(actor);
      queue.offer(snapshotEvent(actor, { type: 'turn' }, { ...actor.getSnapshot(), status: 'done' } as never), actor);
    },
    take: (count = Number.POSITIVE_INFINITY) => {
      const events: InspectionEvent[] = [];
      while (events.length < count) {
        const event = queue.next();
        if (event === undefined) break;
        events.push(event);
      }
      return events;
    },
  };
  return stage;
}

const linesOf = (events: readonly InspectionEvent[]) => events.map((event) => `${actorOf(event).id} ${lineOf(event)}`);

test('shows the present, then what happens', () => {
  const { begin, step, end, take } = aStage();
  expect(linesOf(take())).toEqual([
    'root below nothing',
    'root active "on"',
    'door below supervisor',
    'door active "on"',
  ]);
  const c1 = begin('c1');
  step(c1);
  end(c1);
  expect(linesOf(take())).toEqual(['c1 below listener', 'c1 active "on"', 'c1 done "on"']);
});

test('what happens during the present comes before the rest of it, and what begins then at its end', () => {
  const { root, door, begin, step, take } = aStage();
  expect(linesOf(take(2))).toEqual(['root below nothing', 'root active "on"']);
  const c1 = begin('c1');
  step(root);
  step(door);
  step(c1);
  expect(linesOf(take())).toEqual([
    'root active "on"',
    'door below supervisor',
    'door active "on"',
    'c1 below listener',
    'c1 active "on"',
  ]);
});

test('a viewer that is behind gets the counts, the ends of what it knows, and the present again', () => {
  const { begin, step, end, take, queue } = aStage(4);
  take();
  const known = begin('known');
  const gone = begin('gone');
  take();
  const brief = begin('brief');
  end(brief);
  end(gone);
  for (let i = 0; i < 10; i += 1) step(known);
  expect(queue.isBehind).toBe(true);
  const late = begin('late');
  step(late);
  const events = take();
  expect(linesOf(events)).toEqual([
    'viewer:1 below nothing',
    'viewer:1 <- wirekeeper.missed',
    'viewer:1 active "watching"',
    'gone done "on"',
    'root below nothing',
    'root active "on"',
    'door below supervisor',
    'door active "on"',
    'known below listener',
    'known active "on"',
    'late below listener',
    'late active "on"',
  ]);
  expect(events[1]).toMatchObject({
    event: { events: 15, byActor: { 'connection:known': 10, 'connection:brief': 2, 'connection:gone': 1 } },
  });
  step(late);
  expect(linesOf(take())).toEqual(['late active "on"']);
});

test('holds a bounded number of events, however much happens while the viewer does not read', () => {
  const { begin, step, end, take } = aStage(100);
  take();
  for (let i = 0; i < 10_000; i += 1) {
    const actor = begin(`c${i}`);
    step(actor);
    end(actor);
  }
  expect(take().length).toBeLessThan(10);
});

// `shift` moved all that waits, 0.1 ms for each of 300,000 events: the test took more than its 5 s.
test('takes as long for each event when many wait as when few do', () => {
  const { begin, step, take } = aStage(1_000_000);
  take();
  const actor = begin('c1');
  for (let i = 0; i < 300_000; i += 1) step(actor);
  const first = take(200_000);
  step(actor);
  expect(first.length + take().length).toBe(300_002);
});

test('in any order of happening and reading, an actor comes before its events, and nothing after its end', () => {
  let seed = 11;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 50; round += 1) {
    const { begin, step, end, take } = aStage(5);
    const live: TreeActor[] = [];
    const seen: InspectionEvent[] = [];
    for (let i = 0; i < 200; i += 1) {
      const actor = live[Math.floor(random() * live.length)];
      const what = random();
      if (what < 0.3) live.push(begin(`c${i}`));
      else if (what < 0.6 && actor !== undefined) step(actor);
      else if (what < 0.8 && actor !== undefined) end(live.splice(live.indexOf(actor), 1)[0] as TreeActor);
      else seen.push(...take(Math.floor(random() * 8)));
    }
    seen.push(...take());
    // The present again shows actors again.
    expect(disorder(seen).filter((line) => !line.endsWith(': again'))).toEqual([]);
    const shown = new Set(seen.map(actorOf));
    for (const actor of live) expect(shown.has(actor)).toBe(true);
  }
});
