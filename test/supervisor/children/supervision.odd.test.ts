/** Misbehaving workers and calls that come too late: they are contained and reported, and nothing hangs. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Exit, RunningChild, Worker } from '../../../src/supervisor/api/child-spec.js';
import type { Supervisor } from '../../../src/supervisor/api/supervisor.js';
import { EndedError } from '../../../src/transport/errors.js';
import { aDrain } from '../../support/a-drain.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import { settled } from '../../support/settled.js';
import { thenable } from '../../support/thenable.js';

const unhandled: unknown[] = [];
const keep = (error: unknown): void => void unhandled.push(error);

beforeEach(() => void process.on('unhandledRejection', keep));

afterEach(async () => {
  await settled();
  process.off('unhandledRejection', keep);
  expect(unhandled.splice(0)).toEqual([]);
});

const bug = (): never => {
  throw new Error('a bug');
};
const lateBug = (): Promise<never> => Promise.reject(new Error('a bug'));
const never = new Promise<never>(() => {});

/** A run that ends normally, unless a test says otherwise. */
function aRun(more: object = {}): RunningChild<Worker> {
  let end: (exit: Exit) => void = () => {};
  const exited = new Promise<Exit>((resolve) => (end = resolve));
  const shutDown = () => end({ reason: 'shutdown' });
  return { handle: { kind: 'worker' }, exited, shutDown, terminate: shutDown, ...more };
}

describe('a worker', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'abnormal'],
    ['an unknown reason', { reason: 'killed' }],
    ['an object without a prototype', Object.create(null)],
  ])('whose exited yields %s has crashed, is restarted, and escalates like any other', async (_what, value) => {
    const { supervisor, types } = aSupervisor({ intensity: { maxRestarts: 2 } });
    await supervisor.startChild({ id: 'w', start: () => aRun({ exited: Promise.resolve(value) }) });
    expect(await supervisor.ended).toMatchObject({
      outcome: 'failed',
      cause: { id: 'w', reason: 'abnormal', error: { code: 'WIREKEEPER_OPTION' } },
    });
    expect(types().filter((type) => type === 'child.restarting')).toHaveLength(2);
  });

  test.each<[string, object]>([
    ['shutDown throws', { shutDown: bug }],
    ['shutDown rejects', { shutDown: lateBug }],
    ['shutDown and terminate throw', { shutDown: bug, terminate: bug }],
    ['shutDown and terminate reject', { shutDown: lateBug, terminate: lateBug }],
    ['shutDown does nothing and terminate throws', { shutDown: () => {}, terminate: bug }],
    ['conclude throws', { conclude: bug }],
    ['conclude rejects', { conclude: lateBug }],
    ['methods do nothing at all', { exited: never, shutDown: () => {}, terminate: () => {} }],
    ['exited yields nothing once it is shut down', {}],
  ])('whose %s holds no stop up', async (_what, more) => {
    const { supervisor, clock } = aSupervisor();
    await supervisor.startChild({ id: 'w', start: () => aRun(more) });
    const stopped = supervisor.stop();
    await clock.advanceAsync(10_000);
    expect(await stopped).toMatchObject({ outcome: 'stopped' });
    expect(clock.pending).toBe(0);
  });

  test.each<[string, () => unknown]>([
    ['null', () => null],
    ['a handle that is null', () => aRun({ handle: null })],
    ['a promise of nothing', () => Promise.resolve(undefined)],
    ['a promise of another make that never was one', () => thenable(bug)],
    ['a rejection with what is no error', () => Promise.reject(Object.create(null) as Error)],
  ])('whose start gives %s is none, and the next call has its turn', async (_what, start) => {
    const { supervisor } = aSupervisor();
    const starting = supervisor.startChild({ id: 'w', start: start as never });
    await starting.then(
      () => expect.unreachable(),
      () => {},
    );
    expect(supervisor.whichChildren()).toEqual([]);
    await supervisor.startChild({ id: 'w', start: () => aRun() });
    await supervisor.stop();
  });

  test('whose start is abandoned, and whose terminate throws or rejects then, is contained', async () => {
    for (const terminate of [bug, lateBug]) {
      const { supervisor } = aSupervisor();
      let come = (_run: RunningChild<Worker>): void => {};
      const starting = supervisor.startChild({
        id: 'w',
        shutdown: 'brutal',
        start: () => new Promise<RunningChild<Worker>>((resolve) => (come = resolve)),
      });
      const refused = expect(starting).rejects.toThrow(EndedError);
      await supervisor.stop();
      await refused;
      come(aRun({ terminate }));
      await settled();
    }
  });
});

describe('after the end of a supervisor', () => {
  type Call = [string, (supervisor: Supervisor) => unknown];
  const calls: Call[] = [
    ['startChild', (supervisor) => supervisor.startChild({ start: () => aRun() })],
    ['terminateChild', (supervisor) => supervisor.terminateChild('feed')],
    ['restartChild', (supervisor) => supervisor.restartChild('feed')],
    ['deleteChild', (supervisor) => supervisor.deleteChild('feed')],
    ['listen', (supervisor) => supervisor.listen({ port: 0, handler: (connection) => connection.closed })],
    ['dial', (supervisor) => supervisor.dial({ url: 'ws://example.com/', handler: (connection) => connection.closed })],
    ['supervise', (supervisor) => supervisor.supervise()],
    ['drain', (supervisor) => supervisor.drain()],
    ['a partial drain', (supervisor) => supervisor.drain({ share: 1 })],
  ];

  /** A supervisor that has ended, with the handles that its user still holds. */
  async function ended(how: 'stop' | 'drain' | 'fail') {
    const scene = aDrain({ intensity: { maxRestarts: 0 } });
    const { supervisor, clock } = scene;
    await scene.listen();
    const { connection, wire } = scene.openOne();
    const feed = supervisor.dial({ id: 'feed', url: 'ws://example.com/', handler: (own) => own.closed });
    const listener = supervisor.child('door');
    let crash: (exit: Exit) => void = () => {};
    const exited = new Promise<Exit>((resolve) => (crash = resolve));
    await supervisor.startChild({
      id: 'w',
      start: () => aRun({ exited, shutDown: () => crash({ reason: 'shutdown' }) }),
    });
    await settled();
    wire.emitClosed({ kind: 'socket-error' });
    if (how === 'stop') void supervisor.stop();
    else if (how === 'drain') void supervisor.drain({ spreadMs: 0 });
    else crash({ reason: 'abnormal' });
    await settled();
    scene.transport.lastWire.emitClosed({ kind: 'terminated' });
    await clock.advanceAsync(20_000);
    await supervisor.ended;
    if (listener?.kind !== 'listener') throw new Error('there was a listener');
    return { supervisor, connection, feed, listener };
  }

  test.each(['stop', 'drain', 'fail'] as const)(
    'by a %s every call that wants something of it gives an EndedError',
    async (how) => {
      const { supervisor } = await ended(how);
      for (const [name, call] of calls) {
        await expect(
          (async () => call(supervisor))().then(() => name),
          name,
        ).rejects.toThrow(EndedError);
      }
    },
  );

  test.each(['stop', 'drain', 'fail'] as const)(
    'by a %s what asks for its end, and what asks nothing, settles',
    async (how) => {
      const { supervisor, connection, feed, listener } = await ended(how);
      const report = await supervisor.ended;
      expect(await supervisor.stop()).toBe(report);
      await supervisor[Symbol.asyncDispose]();
      expect(await feed.stop()).toBe(await feed.ended);
      await listener.stop();
      await listener[Symbol.asyncDispose]();
      await expect(feed.connected({ withinMs: 10 })).rejects.toThrow(EndedError);
      feed.redial();
      listener.suspend();
      listener.resume();
      expect([feed.send('x'), connection.send('x'), await connection.receive({ withinMs: 10 })]).toEqual([
        'closed',
        'closed',
        undefined,
      ]);
      await expect(connection.sendAndWait('x', { withinMs: 10 })).rejects.toMatchObject({
        code: 'WIREKEEPER_NOT_SENT',
      });
      await connection.writable();
      connection.close();
      connection.terminate();
      connection.renew(Date.now() + 1_000);
      expect(await connection.closed).toMatchObject({ trigger: expect.any(String) });
      for await (const status of feed.status()) expect(status.type).toBe('stopped');
      let isComplete = false;
      supervisor.events$.subscribe({ complete: () => (isComplete = true) });
      expect(isComplete).toBe(true);
      expect([supervisor.stats().connections, supervisor.countChildren().active]).toEqual([
        { connecting: 0, open: 0, closing: 0 },
        0,
      ]);
    },
  );
});
