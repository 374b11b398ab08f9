import { expect, test } from 'vitest';
import { Gate } from '../../../../src/inspect/xstate/gate.js';
import type { TreeActor } from '../../../../src/inspect/xstate/inspected-actor.js';
import { snapshotEvent } from '../../../../src/inspect/xstate/inspection-events.js';
import { viewerActor } from '../../../../src/inspect/xstate/server/missed.js';
import { Viewer, type ViewerConnection } from '../../../../src/inspect/xstate/server/viewer.js';
import { ViewerQueue } from '../../../../src/inspect/xstate/server/viewer-queue.js';
import { settled } from '../../../support/settled.js';
import { anActor } from '../actors.js';

/** A connection of which a test says when its peer reads. */
function aConnection() {
  const sent: { type: string; name?: string; event?: { type: string } }[] = [];
  const controller = new AbortController();
  let isRead = true;
  let resume = () => {};
  const connection: ViewerConnection = {
    signal: controller.signal,
    send: (data) => {
      sent.push(JSON.parse(data as string));
      return controller.signal.aborted ? 'closed' : isRead ? 'taken' : 'backpressure';
    },
    writable: ({ signal } = {}) =>
      new Promise((resolve, reject) => {
        resume = resolve;
        signal?.addEventListener('abort', () => reject(new Error('ended')));
      }),
  };
  return {
    sent,
    connection,
    pause: () => {
      isRead = false;
    },
    resume: () => {
      isRead = true;
      resume();
    },
    end: () => controller.abort(),
  };
}

function aViewer(actors: readonly TreeActor[] = [anActor('supervisor', 'root')], most = 3) {
  const parts = aConnection();
  let turns = 0;
  let now = 0;
  const queue = new ViewerQueue({ gate: new Gate({}), present: () => actors, viewer: viewerActor(1), most });
  const viewer = new Viewer(parts.connection, queue, {
    wallNow: () => 0,
    now: () => {
      now += 1;
      return now;
    },
    turn: async () => {
      turns += 1;
    },
  });
  return { ...parts, viewer, actors, queue, running: viewer.run(), turns: () => turns };
}

test('shows the present, and then each event as it comes', async () => {
  const { sent, viewer, actors, running } = aViewer();
  await settled();
  expect(sent.map(({ type }) => type)).toEqual(['@xstate.actor', '@xstate.snapshot']);
  const [root] = actors;
  if (root !== undefined) viewer.offer(snapshotEvent(root, { type: 'step' }), root);
  await settled();
  expect(sent.at(-1)).toMatchObject({ type: '@xstate.snapshot', event: { type: 'step' } });
  viewer.complete();
  await running;
});

test('a viewer that does not read is sent nothing more, and gets a summary when it reads again', async () => {
  const { sent, viewer, actors, queue, pause, resume, running, end } = aViewer();
  await settled();
  pause();
  const [root] = actors;
  for (let i = 0; i < 100; i += 1) {
    if (root !== undefined) viewer.offer(snapshotEvent(root, { type: 'step' }), root);
    await settled();
  }
  expect(sent.length).toBe(3);
  expect(queue.isBehind).toBe(true);
  resume();
  await settled();
  expect(sent.slice(3).map(({ type, event, name }) => event?.type ?? name ?? type)).toEqual([
    'viewer',
    'wirekeeper.missed',
    'wirekeeper.missed',
    'root',
    'wirekeeper.present',
  ]);
  end();
  await running;
});

test('is over when the connection ends, whether it waits for events or for the peer to read', async () => {
  const idle = aViewer();
  await settled();
  idle.end();
  await idle.running;
  const paused = aViewer();
  paused.pause();
  await settled();
  paused.end();
  await paused.running;
});

test('lets others have their turns while it shows a long present', async () => {
  const many = Array.from({ length: 300 }, (_, i) => anActor('supervisor', `s${i}`));
  const { turns, sent, viewer, running } = aViewer(many);
  viewer.complete();
  await running;
  expect(sent.length).toBe(600);
  // The clock of this test goes on by a millisecond at each look at it.
  expect(turns()).toBeGreaterThan(150);
});
