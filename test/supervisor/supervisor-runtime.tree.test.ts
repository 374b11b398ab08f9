import { expect, test } from 'vitest';
import type { RunningChild } from '../../src/supervisor/api/child-spec.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { OptionError } from '../../src/transport/errors.js';
import { aSupervisor } from '../support/a-supervisor.js';
import { settled } from '../support/settled.js';

/** A supervisor as a child, as a user who knows no better might write it. */
const asChild = (supervisor: Supervisor) => (): RunningChild<Supervisor> => ({
  handle: supervisor,
  exited: supervisor.ended.then(({ reason }) => ({ reason })),
  shutDown: () => void supervisor.stop(),
  terminate: () => void supervisor.stop(),
});

test('a supervisor is neither its own child nor that of a descendant', async () => {
  const { supervisor } = aSupervisor();
  const childSupervisor = await supervisor.supervise();
  for (const at of [supervisor, childSupervisor]) {
    await expect(at.startChild({ id: 'loop', start: asChild(supervisor) })).rejects.toThrow(OptionError);
    expect(at.child('loop')).toBeUndefined();
  }
  await supervisor.stop();
});

test('two supervisors are not children of each other', async () => {
  const [one, other] = [aSupervisor().supervisor, aSupervisor().supervisor];
  await one.startChild({ id: 'other', start: asChild(other) });
  await expect(other.startChild({ id: 'one', start: asChild(one) })).rejects.toThrow(
    'a supervisor that is one of its own ancestors',
  );
  await one.stop();
  expect(other.state).toBe('stopped');
});

test('a supervisor that names itself among its first children starts none of them', async () => {
  const { supervisor } = aSupervisor();
  const starting = supervisor.supervise({ id: 'a', children: [{ id: 'loop', start: asChild(supervisor) }] });
  await expect(starting).rejects.toThrow('a supervisor that is one of its own ancestors');
  expect(supervisor.whichChildren()).toEqual([]);
  await supervisor.stop();
});

test.each([false, true])(
  'options that name themselves as children end in an OptionError, asynchronously: %s',
  async (isAsync) => {
    const { supervisor } = aSupervisor();
    const options: { id?: string; children: unknown[] } = { children: [] };
    const start = (context: { supervise(options: object): Promise<RunningChild<Supervisor>> }) =>
      context.supervise(options);
    options.children.push({
      id: 'again',
      start: isAsync ? async (context: Parameters<typeof start>[0]) => start(context) : start,
    });
    await expect(supervisor.supervise(options as never)).rejects.toThrow(
      'supervise: the supervisor would be at depth 101',
    );
    await settled();
    expect(supervisor.whichChildren()).toEqual([]);
    expect(await supervisor.stop()).toMatchObject({ outcome: 'stopped' });
  },
);

test('a hundred nested supervisors do all that one does, and one more is an OptionError', async () => {
  const { supervisor, events } = aSupervisor();
  const nested = [supervisor];
  for (let childSupervisor: Supervisor = supervisor; nested.length < 100; nested.push(childSupervisor))
    childSupervisor = await childSupervisor.supervise();
  const deepest = nested.at(-1);
  await expect(deepest?.supervise()).rejects.toThrow(OptionError);
  const feed = deepest?.dial({ url: 'ws://example.com/', handler: (connection) => connection.closed });
  await settled();
  expect([supervisor.stats().connections.connecting, supervisor.connections.size, feed?.state]).toEqual([
    1,
    1,
    'dialing',
  ]);
  expect(events.at(-1)).toMatchObject({ type: 'child.started', supervisor: deepest?.name, kind: 'dialer' });
  void supervisor.drain();
  expect(deepest?.state).toBe('draining');
  const stopped = supervisor.stop();
  await settled();
  expect(nested.slice(0, -1).map(({ state }) => state)).toEqual(Array(99).fill('stopping'));
  void supervisor.stop();
  await settled();
  expect(nested.map(({ state }) => state)).not.toContain('running');
  void stopped;
});

test('an id beside a supervisor name of 128 characters is an id like any other', async () => {
  const supervisor = createSupervisor({ name: 'x'.repeat(128) });
  const childSupervisor = await supervisor.supervise({ id: 'y'.repeat(128) });
  expect([childSupervisor.id.length, childSupervisor.name.length]).toEqual([128, 257]);
  const deeper = await childSupervisor.supervise();
  expect(deeper.name).toBe(`${childSupervisor.name}/${deeper.id}`);
  await expect(childSupervisor.supervise({ name: 'z'.repeat(129) })).rejects.toThrow(OptionError);
  await supervisor.stop();
});
