import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot, InspectionEvent } from 'xstate';
import { connect, OptionError, type Supervisor, type SupervisorEvent } from '../../../src/index.js';
import { inspect } from '../../../src/inspect/index.js';
import { connectionMachine } from '../../../src/machines/index.js';
import { actorOf, aService, disorder, inspected, lineOf } from './service.js';

test('shows each machine as XState shows an actor, from its beginning to its final snapshot', async () => {
  const { supervisor, dial, end } = await aService();
  const { of, events } = inspected(supervisor);
  await dial('feed');
  await end();
  expect(of('supervisor')).toEqual([
    'below nothing',
    'active "running"',
    '<- terminate',
    'terminateChildren',
    'stopChildren',
    '@xstate.microstep',
    'active {"stopping":"asked"}',
    '<- children.gone',
    'exitNormal',
    '@xstate.microstep',
    'done "stopped"',
  ]);
  expect(of('listener')).toEqual([
    'below supervisor',
    'active "listening"',
    '<- connection.ended of connection',
    '@xstate.microstep',
    'active "listening"',
    '<- stop',
    '@xstate.microstep',
    'done "stopped"',
  ]);
  expect(of('dialer')).toEqual([
    'below supervisor',
    '<- xstate.init of supervisor',
    'startDial',
    '@xstate.microstep',
    'active "dialing"',
    '<- dial.opened of connection',
    '@xstate.microstep',
    'active "up"',
    '<- shutdown of supervisor',
    'closeConnection',
    '@xstate.microstep',
    'active {"stopping":"shutDown"}',
    '<- connection.ended of connection',
    'exitShutdown',
    '@xstate.microstep',
    'done "stopped"',
  ]);
  const accepted = events.filter((event) => actorOf(event)._parent?.kind === 'listener').map(lineOf);
  expect(accepted.slice(0, 3)).toEqual(['below listener', '<- xstate.init of listener', 'active "open"']);
  expect(accepted.at(-1)).toMatch(/^done "(closed|failed)"$/);
  expect(disorder(events)).toEqual([]);
});

test('an actor is what tools for XState need: its machine, a snapshot of it, ids, and its parents', async () => {
  const { supervisor, dial, end } = await aService();
  const { events } = inspected(supervisor);
  await dial('feed');
  const connection = [...new Set(events.map(actorOf))].find(({ kind }) => kind === 'connection');
  const snapshot = connection?.getSnapshot() as AnyMachineSnapshot;
  expect(connection?.logic).toBe(connectionMachine);
  expect(snapshot.machine).toBe(connectionMachine);
  expect(snapshot).toMatchObject({ value: 'open', status: 'active', context: { role: 'dialed', childId: 'feed' } });
  expect(snapshot.hasTag('writable')).toBe(true);
  expect(connection?._parent).toMatchObject({ kind: 'dialer', id: 'feed', src: 'dialer' });
  expect(events.every(({ rootId }) => rootId === actorOf(events[0] as InspectionEvent).sessionId)).toBe(true);
  await end();
});

test('an observer that comes later gets the present first, with the inner states, and then what happens', async () => {
  const { clock, supervisor, dial, end } = await aService();
  const below = await supervisor.supervise({ id: 'below' });
  const dialer = await dial('feed');
  dialer.connection?.close(4001);
  const { events } = inspected(supervisor);
  expect(events.map((event) => `${actorOf(event).kind} ${lineOf(event)}`)).toEqual([
    'supervisor below nothing',
    'supervisor active "running"',
    'listener below supervisor',
    'listener active "listening"',
    'dialer below supervisor',
    'dialer active "up"',
    'supervisor below supervisor',
    'supervisor active "running"',
    'connection below dialer',
    'connection active {"closing":"awaitingPeer"}',
    'connection below listener',
    'connection active "open"',
  ]);
  await clock.advanceAsync(10);
  await end();
  expect(disorder(events)).toEqual([]);
  expect(below.state).toBe('stopped');
});

test('session ids are the same for every observer, whenever it is attached', async () => {
  const { supervisor, dial, end } = await aService();
  const idsOf = (events: readonly InspectionEvent[]) => new Set(events.map((event) => actorOf(event).sessionId));
  const early = inspected(supervisor);
  await dial('feed');
  const late = inspected(supervisor);
  expect(idsOf(late.events)).toEqual(idsOf(early.events));
  expect(idsOf(late.events).size).toBe(5);
  await end();
});

test('a child that is started again is another actor', async () => {
  const { clock, supervisor, end } = await aService();
  const { events } = inspected(supervisor);
  await supervisor.terminateChild('door');
  await supervisor.restartChild('door');
  supervisor.dial({ id: 'feed', url: 'ws://memory:1/', retry: () => 'stop', restart: 'permanent', handler: () => {} });
  await clock.advanceAsync(60_000);
  await end();
  const runs = (kind: string) =>
    new Set(events.filter((event) => actorOf(event).kind === kind).map((event) => actorOf(event).sessionId)).size;
  expect(runs('listener')).toBe(2);
  expect(disorder(events)).toEqual([]);
});

test('a suspended listener is shown as suspended', async () => {
  const { supervisor, listener, end } = await aService();
  const { of } = inspected(supervisor);
  listener.suspend();
  listener.resume();
  expect(of('listener').filter((line) => line.startsWith('active'))).toEqual([
    'active "listening"',
    'active "suspended"',
    'active "listening"',
  ]);
  await end();
});

test('shows nothing more once it is detached', async () => {
  const { supervisor, dial, end } = await aService();
  const { events, inspection } = inspected(supervisor);
  inspection.unsubscribe();
  const before = events.length;
  await dial('feed');
  await end();
  expect(events.length).toBe(before);
});

describe('only', () => {
  test('one connection is shown with its parents, and nothing else', async () => {
    const { supervisor, dial, end } = await aService();
    const id = (await dial('feed')).connection?.id;
    await dial('other');
    const { events } = inspected(supervisor, { only: { connection: id } });
    await end();
    expect([...new Set(events.map((event) => actorOf(event).id))]).toEqual(['supervisor', 'feed', id]);
    expect(disorder(events)).toEqual([]);
  });

  test('one child is shown with what is below it', async () => {
    const { supervisor, dial, end } = await aService();
    const { events } = inspected(supervisor, { only: { child: 'feed' } });
    await dial('feed');
    await dial('other');
    await end();
    expect(events.map(actorOf).filter(({ kind }) => kind === 'listener')).toEqual([]);
    expect(new Set(events.map(actorOf)).size).toBe(3);
    expect(disorder(events)).toEqual([]);
  });

  test('a share of 0 shows no connection', async () => {
    const { supervisor, dial, end } = await aService();
    const { of } = inspected(supervisor, { only: { share: 0 } });
    await dial('feed');
    await end();
    expect(of('connection')).toEqual([]);
    expect(of('dialer').at(-1)).toBe('done "stopped"');
  });
});

test('an observer that throws is detached and reported, and the others and the connections are as they were', async () => {
  const { clock, supervisor, url, dial } = await aService();
  const error = new Error('bad observer');
  const threw: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => {
    if (event.type === 'observer.threw') threw.push(event);
  });
  let calls = 0;
  inspect(supervisor, (event) => {
    calls += 1;
    if (event.type === '@xstate.event') throw error;
  });
  const { events } = inspected(supervisor);
  await dial('feed');
  const opening = connect(url, { supervisor });
  await clock.advanceAsync(10);
  const connection = await opening;
  connection.close(4001);
  await clock.advanceAsync(10);
  expect(await connection.closed).toMatchObject({ code: 4001, wasClean: true });
  expect(threw).toEqual([{ type: 'observer.threw', error }]);
  expect(calls).toBeLessThan(10);
  expect(disorder(events)).toEqual([]);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

test('takes a function, an observer, and an inspector of @statelyai/inspect', async () => {
  const { supervisor, end } = await aService();
  const seen: string[] = [];
  const next = (name: string) => () => seen.push(name);
  inspect(supervisor, next('function'));
  inspect(supervisor, { next: next('observer') });
  inspect(supervisor, { inspect: { next: next('inspector') } });
  expect(new Set(seen)).toEqual(new Set(['function', 'observer', 'inspector']));
  await end();
});

test.each([
  ['the supervisor', {}, () => {}, {}, 'inspect: supervisor is an object; it must be a supervisor.'],
  [
    'the observer',
    undefined,
    {},
    {},
    'inspect: observer is an object; it must be a function, an observer with a method next, or an inspector with inspect.',
  ],
  ['an option', undefined, () => {}, { onlly: {} }, 'inspect: onlly is not an option; did you mean only?'],
])('%s is checked, and refused in one sentence', async (_what, other, observer, options: object, sentence) => {
  const { supervisor, end } = await aService();
  const call = () => inspect((other ?? supervisor) as Supervisor, observer, options);
  expect(call).toThrow(OptionError);
  expect(call).toThrow(sentence);
  await end();
});
