import { map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Child, RunningChild, Worker } from '../../src/supervisor/api/child-spec.js';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { EndedError } from '../../src/transport/errors.js';
import { TestChild } from '../support/a-child.js';
import { aSupervisor } from '../support/a-supervisor.js';
import { settled } from '../support/settled.js';

const handler = (connection: { readonly closed: Promise<unknown> }) => connection.closed as Promise<never>;
const opened = { type: 'wire.opened', protocol: '', remoteAddress: undefined } as const;

function supervisorAt(supervisor: Supervisor, id: string): Supervisor {
  const child: Child | undefined = supervisor.child(id);
  if (child?.kind !== 'supervisor') throw new Error(`${id} is no supervisor`);
  return child;
}

describe('supervise', () => {
  test('starts the first children in order, before the supervisor is a child', async () => {
    const { supervisor, events } = aSupervisor({ name: 'root' });
    const log: string[] = [];
    const childSupervisor = await supervisor.supervise({
      id: 'rooms',
      children: [new TestChild('a', log).spec(), new TestChild('b', log).spec()],
    });
    expect(log).toEqual(['a: start', 'b: start']);
    expect(childSupervisor).toMatchObject({ kind: 'supervisor', id: 'rooms', name: 'root/rooms', state: 'running' });
    expect(supervisor.child('rooms')).toBe(childSupervisor);
    expect(supervisor.countChildren()).toEqual({ specs: 1, active: 1, supervisors: 1, workers: 0 });
    expect(events.map((event) => ('supervisor' in event ? `${event.supervisor} ${event.type}` : event.type))).toEqual([
      'root/rooms child.started',
      'root/rooms child.started',
      'root child.started',
    ]);
  });

  // supervisor(3), start_link: if a child's start fails, "the supervisor first terminates all already started child
  // processes [...] and then terminates itself".
  test('rejects when a first child cannot be started, and stops those that were', async () => {
    const { supervisor } = aSupervisor();
    const log: string[] = [];
    const [a, b] = [new TestChild('a', log), new TestChild('b', log)];
    b.startErrors.push(new Error('no port'));
    await expect(supervisor.supervise({ id: 'rooms', children: [a.spec(), b.spec()] })).rejects.toThrow('no port');
    expect(log).toEqual(['a: start', 'b: start', 'a: shutDown 1001']);
    expect(supervisor.countChildren().specs).toBe(0);
  });

  test('a stop in the middle of it stops the first children that have been started', async () => {
    const { supervisor } = aSupervisor();
    const a = new TestChild('a');
    const started = expect(
      supervisor.supervise({
        children: [
          a.spec(),
          { id: 'slow', shutdown: 'brutal', start: () => new Promise<RunningChild<Worker>>(() => {}) },
        ],
      }),
    ).rejects.toThrow(EndedError);
    await settled();
    await supervisor.stop();
    await started;
    expect(a.asked).toEqual(['start', 'shutDown 1001']);
  });

  test('a stop of the parent stops child supervisors, with its close code, in reverse start order', async () => {
    const { supervisor } = aSupervisor();
    const log: string[] = [];
    await supervisor.startChild(new TestChild('first', log).spec());
    const childSupervisor = await supervisor.supervise({
      children: [new TestChild('a', log).spec(), new TestChild('b', log).spec()],
    });
    log.length = 0;
    await supervisor.stop({ code: 1012, reason: 'back soon' });
    expect(log).toEqual(['b: shutDown 1012 back soon', 'a: shutDown 1012 back soon', 'first: shutDown 1012 back soon']);
    expect(await childSupervisor.ended).toMatchObject({ outcome: 'stopped', reason: 'shutdown' });
  });

  test('a terminate of the parent terminates everything that is left in child supervisors', async () => {
    const { supervisor } = aSupervisor();
    const [a, b] = [new TestChild('a'), new TestChild('b')];
    a.atShutDown = b.atShutDown = 'lingers';
    await supervisor.supervise({ children: [a.spec(), b.spec()] });
    void supervisor.stop();
    await supervisor.terminate();
    expect(b.asked).toEqual(['start', 'shutDown 1001', 'terminate']);
    expect(a.asked).toEqual(['start', 'terminate']);
  });

  test('a child supervisor that used up its budget is terminated with all its children', async () => {
    const { supervisor, clock } = aSupervisor();
    const child = new TestChild('a');
    child.atShutDown = 'lingers';
    await supervisor.supervise({
      id: 'rooms',
      shutdown: 50,
      children: [child.spec({ shutdown: Number.POSITIVE_INFINITY })],
    });
    const terminated = supervisor.terminateChild('rooms');
    await clock.advanceAsync(50);
    await terminated;
    expect(child.asked).toEqual(['start', 'shutDown 1001', 'terminate']);
  });

  test("the user's stop of a child supervisor is a normal end, and the parent forgets it", async () => {
    const { supervisor } = aSupervisor();
    const childSupervisor = await supervisor.supervise({ id: 'rooms' });
    expect(await childSupervisor.stop()).toMatchObject({ outcome: 'stopped', reason: 'normal' });
    await settled();
    expect(supervisor.child('rooms')).toBeUndefined();
    expect(supervisor.state).toBe('running');
  });
});

describe('a child supervisor whose intensity is exceeded', () => {
  async function failed(restart: 'permanent' | 'transient' | 'temporary') {
    const fixture = aSupervisor({ name: 'root' });
    const child = new TestChild('a');
    const childSupervisor = await fixture.supervisor.supervise({
      id: 'rooms',
      restart,
      intensity: { maxRestarts: 0 },
      children: [child.spec()],
    });
    const added = new TestChild('added');
    await childSupervisor.startChild(added.spec());
    child.exit('abnormal', new Error('boom'));
    const report = await childSupervisor.ended;
    await settled();
    return { ...fixture, childSupervisor, child, added, report };
  }

  test('has failed with shutdown, and names the child', async () => {
    const { report } = await failed('transient');
    expect(report).toMatchObject({
      outcome: 'failed',
      reason: 'shutdown',
      cause: { id: 'a', error: new Error('boom') },
    });
  });

  // supervisor.erl: a supervisor whose intensity was exceeded exits with shutdown, which is no reason to restart a
  // transient child.
  test('is not started again if it is transient, and its spec is kept', async () => {
    const { supervisor, events } = await failed('transient');
    expect(supervisor.whichChildren()).toMatchObject([{ id: 'rooms', state: 'stopped' }]);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'child.kept',
        supervisor: 'root',
        exit: expect.objectContaining({ error: new Error('boom') }),
      }),
    );
  });

  test('is forgotten if it is temporary', async () => {
    expect((await failed('temporary')).supervisor.whichChildren()).toEqual([]);
  });

  test('is a new one if it is permanent: with its first children, without those added later', async () => {
    const { supervisor, childSupervisor, child, added } = await failed('permanent');
    const restarted = supervisorAt(supervisor, 'rooms');
    expect(restarted).not.toBe(childSupervisor);
    expect(restarted.whichChildren().map(({ id }) => id)).toEqual(['a']);
    expect(child.asked).toEqual(['start', 'start']);
    expect(added.asked).toEqual(['start', 'shutDown 1001']);
  });

  test('fails the root in the end, if that happens too often', async () => {
    const { supervisor, child } = await failed('permanent');
    for (let i = 0; i < 3; i++) {
      child.exit('abnormal', new Error(`boom ${i}`));
      await settled();
    }
    expect(await supervisor.ended).toMatchObject({
      name: 'root',
      outcome: 'failed',
      reason: 'shutdown',
      cause: { id: 'rooms', error: new Error('boom 2') },
    });
  });
});

describe('what a supervisor knows of its child supervisors', () => {
  async function tree() {
    const fixture = aSupervisor({ name: 'root', limits: { maxConnections: 2 } });
    const childSupervisor = await fixture.supervisor.supervise({ id: 'rooms' });
    await fixture.supervisor.listen({ id: 'door', port: 0, handler });
    const upper = fixture.transport.upgrade().wire;
    await childSupervisor.listen({ id: 'door', port: 0, handler });
    const lower = fixture.transport.upgrade().wire;
    return { ...fixture, childSupervisor, upper, lower };
  }

  test('their connections, counts, and frames; not the other way round', async () => {
    const { supervisor, childSupervisor, upper, lower } = await tree();
    upper?.deliver('ab');
    lower?.deliver('abc');
    expect(supervisor.stats()).toMatchObject({
      connections: { open: 2 },
      framesIn: 2,
      bytesIn: 5,
      children: { listeners: 1, supervisors: 1 },
    });
    expect(childSupervisor.stats()).toMatchObject({
      connections: { open: 1 },
      framesIn: 1,
      bytesIn: 3,
      children: { listeners: 1, supervisors: 0 },
    });
    expect([supervisor.connections.size, childSupervisor.connections.size]).toEqual([2, 1]);
  });

  test('counts stay when they have ended', async () => {
    const { supervisor, childSupervisor, lower } = await tree();
    lower?.deliver('abc');
    const stopped = childSupervisor.stop();
    lower?.emitClosing();
    lower?.emitClosed();
    await stopped;
    expect(supervisor.stats()).toMatchObject({ connections: { open: 1 }, framesIn: 1, bytesIn: 3, endedTotal: 1 });
    expect(supervisor.endings).toEqual(childSupervisor.endings);
  });

  test('a child of the same id elsewhere in the tree keeps its connections', async () => {
    const { supervisor, upper, lower } = await tree();
    const stopped = supervisor.terminateChild('door');
    expect([upper?.asked, lower?.asked]).toEqual([['close 1001'], []]);
    upper?.emitClosing();
    upper?.emitClosed();
    await stopped;
  });

  test('connections need room in the parent as well', async () => {
    const { transport } = await tree();
    expect(transport.upgrade().answer?.status).toBe(503);
  });

  test('nothing is published without subscribers, and the parent publishes to its own', async () => {
    const { childSupervisor, events, lower } = await tree();
    lower?.emitClosing();
    lower?.emitClosed();
    await settled();
    expect(events.at(-1)).toMatchObject({ type: 'connection.ended', report: { childId: 'door' } });
    expect(childSupervisor.endings).toHaveLength(1);
  });
});

describe('specs that users write', () => {
  test('a dialer, a listener, and a supervisor by startChild', async () => {
    const { supervisor, transport } = aSupervisor();
    const feed = await supervisor.startChild({
      id: 'feed',
      start: (child) => child.dial({ url: 'ws://example.com/', handler }),
    });
    const door = await supervisor.startChild({ id: 'door', start: (child) => child.listen({ port: 0, handler }) });
    const childSupervisor = await supervisor.startChild({ id: 'rooms', start: (child) => child.supervise({}) });
    expect([feed, door, childSupervisor]).toMatchObject([
      { kind: 'dialer', id: 'feed' },
      { kind: 'listener', id: 'door' },
      { kind: 'supervisor', id: 'rooms' },
    ]);
    expect(supervisor.whichChildren().map(({ id, kind, restart, shutdown }) => [id, kind, restart, shutdown])).toEqual([
      ['feed', 'dialer', 'permanent', 5_000],
      ['door', 'listener', 'permanent', 5_000],
      ['rooms', 'supervisor', 'permanent', Number.POSITIVE_INFINITY],
    ]);
    await settled();
    transport.lastWire.emitClosed({ kind: 'refused', httpStatus: 400 });
    // Permanent by its spec: it never gives up.
    expect(feed.state).toBe('waiting');
  });

  test('a wrong option in a start is a failed start', async () => {
    const { supervisor } = aSupervisor();
    await expect(
      supervisor.startChild({ start: (child) => child.dial({ url: 'http://example.com/', handler }) }),
    ).rejects.toMatchObject({
      code: 'WIREKEEPER_OPTION',
    });
  });
});

test('dialers called for while a child is starting are there at once, and dial when it has started', async () => {
  const { supervisor, transport } = aSupervisor();
  let answer = () => {};
  const child = new TestChild('slow');
  const slow = supervisor.startChild({
    id: 'slow',
    start: () => new Promise<RunningChild<Worker>>((resolve) => (answer = () => resolve(child.start()))),
  });
  const feed = supervisor.dial({ id: 'feed', url: 'ws://example.com/', handler });
  expect(supervisor.child('feed')).toBe(feed);
  await settled();
  expect(transport.dials).toHaveLength(0);
  answer();
  await slow;
  await settled();
  transport.lastWire.emit(opened);
  expect(feed.state).toBe('up');
});

test('dialers whose supervisor stops before their start have ended without ever dialing', async () => {
  const { supervisor, transport } = aSupervisor();
  void supervisor
    .startChild({ id: 'slow', shutdown: 'brutal', start: () => new Promise<RunningChild<Worker>>(() => {}) })
    .catch(() => {});
  const feed = supervisor.dial({ id: 'feed', url: 'ws://example.com/', handler });
  await supervisor.stop();
  expect(await feed.ended).toMatchObject({ id: 'feed', reason: 'shutdown' });
  await expect(feed.connected()).rejects.toThrow(EndedError);
  expect(transport.dials).toHaveLength(0);
});

test('a parent reports a subscriber of a child supervisor that threw', async () => {
  const { supervisor, events } = aSupervisor();
  const childSupervisor = await supervisor.supervise({ id: 'rooms' });
  const error = new Error('bad operator');
  childSupervisor.events$
    .pipe(
      map(() => {
        throw error;
      }),
    )
    .subscribe();
  await childSupervisor.stop();
  expect(events).toContainEqual({ type: 'observer.threw', error });
});

// The supervisor's machine was run by nested calls: a stop from a subscriber came in the middle of the step that had
// published the event. It terminated children that had not been asked to end yet, and the Close had the wrong code.
describe('a command from a subscriber of its events comes after the step that published the event', () => {
  const commands: readonly [string, (supervisor: Supervisor) => unknown][] = [
    ['stop()', (supervisor) => supervisor.stop()],
    ['drain()', (supervisor) => supervisor.drain().catch(() => {})],
    ['await using', (supervisor) => supervisor[Symbol.asyncDispose]()],
  ];

  async function listening(on: SupervisorEvent['type'], command: (supervisor: Supervisor) => unknown) {
    const scene = aSupervisor();
    let hasCommanded = false;
    scene.supervisor.events$.subscribe(({ type }) => {
      if (type !== on || hasCommanded) return;
      hasCommanded = true;
      void command(scene.supervisor);
    });
    await scene.supervisor.listen({ port: 0, handler });
    const { wire } = scene.transport.upgrade();
    return { ...scene, wire, hasCommanded: () => hasCommanded };
  }

  test.each(commands)('supervisor.stopping: %s', async (_name, command) => {
    const { supervisor, wire, hasCommanded } = await listening('supervisor.stopping', command);
    const stopped = supervisor.stop({ code: 1012 });
    expect(hasCommanded()).toBe(true);
    await settled();
    expect(wire?.asked).toEqual(['close 1012']);
    wire?.emitClosing(1012);
    wire?.emitClosed({ kind: 'closed' });
    expect(await stopped).toMatchObject({ outcome: 'stopped', reason: 'normal' });
    expect(supervisor.endings.map(({ outcome }) => outcome)).toEqual(['closed']);
  });

  test('supervisor.stopping: terminate(), which asks first and then cuts', async () => {
    const { supervisor, wire } = await listening('supervisor.stopping', (stopping) => stopping.terminate());
    const stopped = supervisor.stop({ code: 1012 });
    expect(wire?.asked).toEqual(['close 1012', 'terminate']);
    wire?.emitClosed({ kind: 'terminated' });
    expect(await stopped).toMatchObject({ outcome: 'stopped', reason: 'normal' });
  });

  test.each(commands)('drain.suspended: %s', async (_name, command) => {
    const { supervisor, wire, hasCommanded, clock } = await listening('drain.suspended', command);
    const drained = supervisor.drain({ notReadyFirstMs: 0, spreadMs: 0 });
    expect(hasCommanded()).toBe(true);
    await settled();
    clock.advance(100);
    await settled();
    expect(wire?.asked[0]).toMatch(/^close 10\d\d/);
    wire?.emitClosing(1001);
    wire?.emitClosed({ kind: 'closed' });
    await settled();
    clock.advance(5_000);
    expect(await drained).toMatchObject({ total: 1, clean: 1 });
    expect(await supervisor.ended).toMatchObject({ outcome: 'stopped', reason: 'normal' });
    expect(supervisor.endings.map(({ outcome }) => outcome)).toEqual(['closed']);
    expect(clock.pending).toBe(0);
  });
});
