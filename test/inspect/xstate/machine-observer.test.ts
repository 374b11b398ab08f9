import { expect, test } from 'vitest';
import type { InspectionEvent } from 'xstate';
import type { Supervisor } from '../../../src/index.js';
import { logicsShown } from '../../../src/inspect/xstate/handler-system.js';
import type { MachineActor } from '../../../src/inspect/xstate/machine-actor.js';
import { MachineObserver } from '../../../src/inspect/xstate/machine-observer.js';
import { resolveSanitizers } from '../../../src/inspect/xstate/sanitizers.js';
import { actorOf, aService, disorder } from './service.js';

function observed(supervisor: Supervisor) {
  const events: InspectionEvent[] = [];
  const settings = { sanitizers: resolveSanitizers({}, 'inspect'), logicOf: logicsShown(), isDetailed: false };
  const observer = new MachineObserver(supervisor, settings, (event) => events.push(event));
  observer.attach();
  return { observer, events };
}

test('keeps the actors that are there, parents first, and none of those that are over', async () => {
  const { supervisor, dial, clock, end } = await aService();
  const { observer } = observed(supervisor);
  const kinds = () => [...observer.present].map(({ kind }) => kind);
  const dialer = await dial('feed');
  expect(kinds()).toEqual(['supervisor', 'listener', 'dialer', 'connection', 'connection']);
  void dialer.stop();
  await clock.advanceAsync(10);
  expect(kinds()).toEqual(['supervisor', 'listener']);
  await end();
  expect(kinds()).toEqual([]);
});

test('without details it makes what tools over a wire need: actors, events, snapshots', async () => {
  const { supervisor, dial, end } = await aService();
  const { events } = observed(supervisor);
  await dial('feed');
  await end();
  expect(new Set(events.map(({ type }) => type))).toEqual(
    new Set(['@xstate.actor', '@xstate.event', '@xstate.snapshot']),
  );
});

test('holds nothing, and nothing holds it, once it is detached', async () => {
  const { supervisor, dial, end } = await aService();
  const { observer, events } = observed(supervisor);
  await dial('feed');
  observer.detach();
  observer.detach();
  const before = events.length;
  expect([...observer.present]).toEqual([]);
  await end();
  expect(events.length).toBe(before);
});

test('a dialer that crashed and is started again is another actor, in the state in which it starts', async () => {
  const { supervisor, url, clock, end } = await aService();
  const { events } = observed(supervisor);
  let runs = 0;
  supervisor.dial({
    id: 'feed',
    url,
    handler: async (connection) => {
      runs += 1;
      if (runs < 3) throw new Error('crash');
      await connection.closed;
    },
  });
  await clock.advanceAsync(60_000);
  expect(runs).toBe(3);
  await end();
  const dialers = new Set(events.map(actorOf).filter(({ kind }) => kind === 'dialer'));
  expect(dialers.size).toBe(3);
  expect(disorder(events)).toEqual([]);
});

test('in an overlap each end comes from its own connection, and the URL is not shown', async () => {
  const { supervisor, dial, clock, end } = await aService();
  const { events } = observed(supervisor);
  const dialer = await dial('feed');
  dialer.redial({ overlap: true, url: 'ws://memory:1/?token=s3cret' });
  await clock.advanceAsync(10);
  dialer.connection?.terminate();
  await end();
  const steps = events.flatMap((event) =>
    event.type === '@xstate.event' && actorOf(event).kind === 'dialer'
      ? [[event.event.type, (event.sourceRef as MachineActor | undefined)?.id]]
      : [],
  );
  const [first, attempt] = [...new Set(steps.map(([, id]) => id))].filter((id) => id?.startsWith('c'));
  expect(steps).toEqual(
    expect.arrayContaining([
      ['dial.opened', first],
      ['overlap', undefined],
      ['dial.failed', attempt],
      ['connection.ended', first],
    ]),
  );
  expect(JSON.stringify(events.flatMap((event) => ('event' in event ? [event.event] : [])))).not.toContain('s3cret');
  expect(disorder(events)).toEqual([]);
});

test('a storm of connections that come and go while observers do is shown in order to each of them', async () => {
  const { supervisor, url, clock, end } = await aService();
  const all: InspectionEvent[][] = [];
  let seed = 7;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const attached = new Set<MachineObserver>();
  for (let i = 0; i < 500; i += 1) {
    const dialer = supervisor.dial({ url, restart: 'temporary', handler: (connection) => connection.closed });
    if (random() < 0.5) await clock.advanceAsync(1);
    if (random() < 0.3) dialer.redial({ overlap: true });
    if (random() < 0.3) await clock.advanceAsync(1);
    if (random() < 0.7) void dialer.stop();
    if (random() < 0.3) {
      const { observer, events } = observed(supervisor);
      attached.add(observer);
      all.push(events);
    }
    if (random() < 0.3) {
      const [first] = attached;
      first?.detach();
      if (first !== undefined) attached.delete(first);
    }
  }
  await end();
  expect(all.length).toBeGreaterThan(100);
  expect(all.flatMap(disorder)).toEqual([]);
  for (const observer of attached) expect([...observer.present]).toEqual([]);
});
