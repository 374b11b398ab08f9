import { describe, expect, test } from 'vitest';
import type { ChildSpec, RunningChild, Strategy, Worker } from '../../../src/supervisor/api/child-spec.js';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import type { Restart } from '../../../src/supervisor/api/restart.js';
import type { SupervisorOptions } from '../../../src/supervisor/api/supervisor.js';
import { ChildError, EndedError } from '../../../src/transport/errors.js';
import { TestChild } from '../../support/a-child.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import { settled } from '../../support/settled.js';

type Settings = Omit<ChildSpec, 'id' | 'start'>;

/**
 * A supervisor with children `a`, `b`, `c`, permanent by default, and the calls made on them from here on.
 */
async function aFamily(options: SupervisorOptions = {}, settings: Partial<Record<'a' | 'b' | 'c', Settings>> = {}) {
  const fixture = aSupervisor(options);
  const log: string[] = [];
  const children = { a: new TestChild('a', log), b: new TestChild('b', log), c: new TestChild('c', log) };
  for (const child of Object.values(children))
    await fixture.supervisor.startChild(child.spec(settings[child.id as 'a']));
  log.length = 0;
  const states = () => Object.fromEntries(fixture.supervisor.whichChildren().map(({ id, state }) => [id, state]));
  return { ...fixture, ...children, log, states };
}

const verdicts = (events: readonly SupervisorEvent[]) =>
  events.flatMap((event) => {
    switch (event.type) {
      case 'child.restarting':
        return [`restarting ${event.together.join('+')} after ${event.exit.id} ${event.exit.reason}`];
      case 'child.kept':
      case 'child.forgotten':
        return [`${event.type} ${event.exit.id} ${event.exit.reason}`];
      case 'supervisor.escalated':
        return [`escalated by ${event.exit.id} after ${event.restarts}`];
      default:
        return [];
    }
  });

// supervisor(3), "Supervision Principles": one_for_one "If one child process terminates and is to be restarted, only
// that child process is affected"; one_for_all "all other child processes are terminated and then all child processes
// are restarted"; rest_for_one "the 'rest' of the child processes (that is, the child processes after the terminated
// child process in the start order) are terminated. Then the terminated child process and all child processes after it
// are restarted". Supervisor Behaviour, "Starting and Stopping": in start order, and stopped "in reverse start order".
test.each<[Strategy, 'a' | 'b' | 'c', string[]]>([
  ['one_for_one', 'b', ['b: start']],
  ['one_for_all', 'b', ['c: shutDown 1001', 'a: shutDown 1001', 'a: start', 'b: start', 'c: start']],
  ['one_for_all', 'a', ['c: shutDown 1001', 'b: shutDown 1001', 'a: start', 'b: start', 'c: start']],
  ['rest_for_one', 'a', ['c: shutDown 1001', 'b: shutDown 1001', 'a: start', 'b: start', 'c: start']],
  ['rest_for_one', 'b', ['c: shutDown 1001', 'b: start', 'c: start']],
  ['rest_for_one', 'c', ['c: start']],
])('%s: a crash of %s has %j', async (strategy, crashed, asked) => {
  const family = await aFamily({ strategy });
  family[crashed].exit('abnormal', new Error('boom'));
  await settled();
  expect(family.log).toEqual(asked);
  expect(family.states()).toEqual({ a: 'running', b: 'running', c: 'running' });
  expect(family.events).toContainEqual(
    expect.objectContaining({
      type: 'child.restarting',
      exit: { id: crashed, reason: 'abnormal', report: undefined, error: new Error('boom') },
      restarts: 1,
    }),
  );
});

describe('a restart of several', () => {
  // supervisor.erl, terminate_children: "Temporary children should not be restarted and thus should be skipped".
  test('ends temporary children for good', async () => {
    const family = await aFamily({ strategy: 'one_for_all' }, { c: { restart: 'temporary' } });
    family.a.exit('abnormal');
    await settled();
    expect(family.log).toEqual(['c: shutDown 1001', 'b: shutDown 1001', 'a: start', 'b: start']);
    expect(family.supervisor.child('c')).toBeUndefined();
    expect(family.c.concluded).toMatchObject({ reason: 'shutdown' });
  });

  // supervisor(3), terminate_child: the child "can later be restarted by the supervisor".
  test('starts stopped children whose spec was kept as well', async () => {
    const family = await aFamily({ strategy: 'one_for_all' }, { c: { restart: 'transient' } });
    family.c.exit('normal');
    await settled();
    expect(family.states()).toMatchObject({ c: 'stopped' });
    family.a.exit('abnormal');
    await settled();
    expect(family.states()).toEqual({ a: 'running', b: 'running', c: 'running' });
  });

  test('whose start fails is tried again as a whole, and counts again', async () => {
    const family = await aFamily({ strategy: 'one_for_all' });
    family.b.startErrors.push(new Error('not yet'));
    family.a.exit('abnormal');
    await settled();
    expect(family.log).toEqual([
      'c: shutDown 1001',
      'b: shutDown 1001',
      'a: start',
      'b: start',
      'a: shutDown 1001',
      'a: start',
      'b: start',
      'c: start',
    ]);
    expect(verdicts(family.events)).toEqual(['restarting a+b+c after a abnormal', 'restarting a+b+c after b abnormal']);
    expect(family.events).toContainEqual({
      type: 'child.start-failed',
      supervisor: 'supervisor',
      childId: 'b',
      error: new Error('not yet'),
    });
  });

  test('waits for each child to end before the next is shut down', async () => {
    const family = await aFamily({ strategy: 'one_for_all' });
    family.c.atShutDown = 'lingers';
    family.a.exit('abnormal');
    await settled();
    expect(family.log).toEqual(['c: shutDown 1001']);
    expect(family.states()).toEqual({ a: 'stopped', b: 'running', c: 'stopping' });
    await family.clock.advanceAsync(5_000);
    expect(family.log).toEqual([
      'c: shutDown 1001',
      'c: terminate',
      'b: shutDown 1001',
      'a: start',
      'b: start',
      'c: start',
    ]);
  });

  test('interrupted by a stop starts nothing more', async () => {
    const family = await aFamily({ strategy: 'one_for_all' });
    family.c.atShutDown = 'lingers';
    family.a.exit('abnormal');
    await settled();
    const stopped = family.supervisor.stop({ code: 1012 });
    family.c.exit('shutdown');
    expect(await stopped).toMatchObject({ outcome: 'stopped' });
    expect(family.log).toEqual(['c: shutDown 1001', 'b: shutDown 1012']);
  });
});

describe('intensity', () => {
  test('exceeded: the others are stopped in reverse start order, and the supervisor has failed, with shutdown and the cause', async () => {
    const family = await aFamily({ intensity: { maxRestarts: 1, withinMs: 1_000 } });
    family.b.exit('abnormal');
    await settled();
    family.log.length = 0;
    family.b.exit('abnormal', new Error('again'));
    const report = await family.supervisor.ended;
    expect(report).toMatchObject({
      outcome: 'failed',
      reason: 'shutdown',
      cause: { id: 'b', reason: 'abnormal', error: new Error('again') },
    });
    expect(family.log).toEqual(['c: shutDown 1001', 'a: shutDown 1001']);
    expect(family.supervisor.state).toBe('failed');
    expect(verdicts(family.events)).toEqual(['restarting b after b abnormal', 'escalated by b after 1']);
  });

  test('does not count restarts that have left its window, and counts all children together', async () => {
    const family = await aFamily({ intensity: { maxRestarts: 2, withinMs: 1_000 } });
    for (const child of [family.a, family.b, family.c]) {
      child.exit('abnormal');
      await family.clock.advanceAsync(501);
    }
    expect(family.supervisor.state).toBe('running');
    family.a.exit('abnormal');
    family.b.exit('abnormal');
    await settled();
    expect(family.supervisor.state).toBe('failed');
  });

  // supervisor.erl, handle_cast try_again_restart: each failed start is one more restart.
  test('is used up by failed starts alone', async () => {
    const family = await aFamily({ intensity: { maxRestarts: 3, withinMs: 1_000 } });
    family.a.startErrors.push(new Error('1'), new Error('2'), new Error('3'));
    family.a.exit('abnormal');
    expect(await family.supervisor.ended).toMatchObject({ outcome: 'failed', cause: { error: new Error('3') } });
    expect(family.log.filter((line) => line === 'a: start')).toHaveLength(3);
  });
});

describe('calls', () => {
  const down = async (restart: Restart = 'transient') => {
    const family = await aFamily({}, { a: { restart } });
    await family.supervisor.terminateChild('a');
    return family;
  };

  /** `a` with a start that has failed and waits for its next try behind a call. */
  const restarting = async () => {
    const family = await aFamily();
    family.a.startErrors.push(new Error('not yet'));
    family.c.atShutDown = 'lingers';
    const first = family.supervisor.terminateChild('c');
    family.a.exit('abnormal');
    await settled();
    return { ...family, first };
  };

  test('startChild: an id that runs is already-started, one whose spec was kept already-present', async () => {
    const family = await down();
    await expect(family.supervisor.startChild(family.b.spec())).rejects.toMatchObject({
      code: 'WIREKEEPER_CHILD',
      reason: 'already-started',
      childId: 'b',
    });
    await expect(family.supervisor.startChild(family.a.spec())).rejects.toMatchObject({ reason: 'already-present' });
    expect(family.b.asked).toEqual(['start']);
  });

  // supervisor(3), start_child: "If the child process start function returns an error tuple [...] the child
  // specification is discarded".
  test('startChild: a start that fails leaves nothing behind', async () => {
    const { supervisor, types } = aSupervisor();
    const child = new TestChild('a');
    child.startErrors.push(new Error('no port'));
    await expect(supervisor.startChild(child.spec())).rejects.toThrow('no port');
    expect(supervisor.countChildren()).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 });
    expect(types()).toEqual(['child.start-failed']);
    expect(await supervisor.startChild(child.spec())).toBe(child.handle);
  });

  test('terminateChild: stops the child and keeps its spec, unless it is temporary', async () => {
    const kept = await down();
    expect(kept.states()).toEqual({ a: 'stopped', b: 'running', c: 'running' });
    expect(kept.a.concluded).toEqual({ id: 'a', reason: 'shutdown', report: undefined });
    const forgotten = await down('temporary');
    expect(forgotten.states()).toEqual({ b: 'running', c: 'running' });
    expect([...verdicts(kept.events), ...verdicts(forgotten.events)]).toEqual([
      'child.kept a shutdown',
      'child.forgotten a shutdown',
    ]);
  });

  test('terminateChild resolves for a stopped child, and rejects with not-found for no child', async () => {
    const family = await down();
    await family.supervisor.terminateChild('a');
    await expect(family.supervisor.terminateChild('z')).rejects.toMatchObject({ reason: 'not-found' });
  });

  test('terminateChild of a child that is being restarted ends the restart', async () => {
    const family = await restarting();
    const ended = family.supervisor.terminateChild('a');
    family.c.exit('shutdown');
    await ended;
    await settled();
    // Its one start failed; the call came before the next.
    expect(family.a.asked).toEqual(['start', 'start']);
    expect(family.states()).toMatchObject({ a: 'stopped' });
  });

  test('restartChild starts a stopped child, and no other', async () => {
    const family = await down();
    expect(await family.supervisor.restartChild('a')).toBe(family.a.handle);
    expect(family.states()).toMatchObject({ a: 'running' });
    await expect(family.supervisor.restartChild('a')).rejects.toMatchObject({ reason: 'running' });
    await expect(family.supervisor.restartChild('z')).rejects.toMatchObject({ reason: 'not-found' });
  });

  test('restartChild whose start fails keeps the spec, and does not count', async () => {
    const family = await down();
    family.a.startErrors.push(new Error('no'));
    await expect(family.supervisor.restartChild('a')).rejects.toThrow('no');
    expect(family.states()).toMatchObject({ a: 'stopped' });
    expect(verdicts(family.events)).toEqual(['child.kept a shutdown']);
  });

  test('deleteChild frees the id of a stopped child, and of no other', async () => {
    const family = await down();
    await expect(family.supervisor.deleteChild('b')).rejects.toThrow(ChildError);
    await family.supervisor.deleteChild('a');
    await expect(family.supervisor.deleteChild('a')).rejects.toMatchObject({ reason: 'not-found' });
    await family.supervisor.startChild(family.a.spec());
  });

  test('countChildren and whichChildren include stopped children', async () => {
    const family = await down();
    expect(family.supervisor.countChildren()).toEqual({ specs: 3, active: 2, supervisors: 0, workers: 3 });
    expect(family.supervisor.whichChildren()[0]).toEqual({
      id: 'a',
      kind: 'worker',
      state: 'stopped',
      restart: 'transient',
      shutdown: 5_000,
      restarts: 0,
    });
  });

  test('after a stop are refused', async () => {
    const family = await aFamily();
    await family.supervisor.stop();
    const { supervisor } = family;
    for (const call of [
      supervisor.startChild(family.a.spec()),
      supervisor.terminateChild('a'),
      supervisor.restartChild('a'),
      supervisor.deleteChild('a'),
    ]) {
      await expect(call).rejects.toThrow(EndedError);
    }
  });
});

describe('a stop in the middle of a start', () => {
  /** A start that obeys its signal, or not. */
  function slow(settings: Settings, obeysSignal: boolean) {
    const fixture = aSupervisor();
    const child = new TestChild('slow');
    let answer = () => {};
    let isCalledOff = false;
    const started = fixture.supervisor.startChild({
      ...child.spec(settings),
      start: ({ signal }) =>
        new Promise<RunningChild<Worker>>((resolve, reject) => {
          answer = () => resolve(child.start());
          signal.addEventListener('abort', () => {
            isCalledOff = true;
            if (obeysSignal) reject(signal.reason);
          });
        }),
    });
    return { ...fixture, child, started, answer: () => answer(), isCalledOff: () => isCalledOff };
  }

  test('calls it off by its signal, and rejects its caller', async () => {
    const { supervisor, started, isCalledOff } = slow({}, true);
    const stopped = supervisor.stop();
    expect(isCalledOff()).toBe(true);
    await expect(started).rejects.toThrow(EndedError);
    expect(await stopped).toMatchObject({ outcome: 'stopped' });
  });

  test('waits no longer than its budget for a start that ignores the signal; a run that comes later is terminated', async () => {
    const { supervisor, clock, started, child, answer } = slow({ shutdown: 100 }, false);
    const refused = expect(started).rejects.toThrow(EndedError);
    void supervisor.stop();
    await clock.advanceAsync(99);
    expect(supervisor.state).toBe('stopping');
    await clock.advanceAsync(1);
    expect(supervisor.state).toBe('stopped');
    await refused;
    answer();
    await settled();
    expect(child.asked).toEqual(['start', 'terminate']);
    expect(clock.pending).toBe(0);
  });

  test('stops a child that started in time like any other', async () => {
    const { supervisor, clock, started, child, answer } = slow({ shutdown: 100 }, false);
    const refused = expect(started).rejects.toThrow(EndedError);
    const stopped = supervisor.stop();
    answer();
    await refused;
    await stopped;
    expect(child.asked).toEqual(['start', 'shutDown 1001']);
    expect(clock.pending).toBe(0);
  });

  test('terminate abandons it at once', async () => {
    const { supervisor, started } = slow({ shutdown: Number.POSITIVE_INFINITY }, false);
    const refused = expect(started).rejects.toThrow(EndedError);
    void supervisor.stop();
    void supervisor.terminate();
    await refused;
    await supervisor.ended;
  });
});

test('a start that returns no running child fails with an error that names this', async () => {
  const { supervisor } = aSupervisor();
  await expect(supervisor.startChild({ id: 'x', start: () => ({}) as never })).rejects.toThrow(
    'startChild: start of child x returned no running child',
  );
});

test('a crash while a child is stopped does not restart it', async () => {
  const family = await aFamily();
  family.a.atShutDown = 'lingers';
  const terminated = family.supervisor.terminateChild('a');
  family.a.exit('abnormal', new Error('late'));
  await terminated;
  expect(family.states()).toMatchObject({ a: 'stopped' });
  expect(verdicts(family.events)).toEqual(['child.kept a abnormal']);
});

test('a conclude that throws does not affect others', async () => {
  const { supervisor, events } = aSupervisor();
  const child = new TestChild('a');
  const start = () => ({
    ...child.start(),
    conclude: () => {
      throw new Error('mine');
    },
  });
  await supervisor.startChild({ id: 'a', start });
  await supervisor.stop();
  expect(events).toContainEqual({ type: 'observer.threw', error: new Error('mine') });
});
