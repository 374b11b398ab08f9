import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Supervisor, SupervisorOptions, SupervisorReport } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { SupervisorEnd } from '../../src/supervisor/supervisor-end.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { TestChild } from '../support/a-child.js';
import { FakeTransport } from '../support/fake-transport.js';
import { settled } from '../support/settled.js';

const failed: SupervisorReport = { name: 'root', outcome: 'failed', reason: 'shutdown', connections: 0 };

afterEach(() => void vi.restoreAllMocks());

/** What Node is asked to warn of while something is done. */
async function warned(
  act: () => unknown,
): Promise<readonly { message: unknown; code?: string | undefined; detail?: string | undefined }[]> {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  await act();
  await settled();
  return emitWarning.mock.calls.map(([message, options]) => ({ message, ...options }));
}

test.each<[string, (end: SupervisorEnd) => void]>([
  ['is not awaited', () => {}],
  ['is awaited by ourselves only', (end) => void end.report],
])('a failure that %s is one warning, with its code', async (_what, before) => {
  const end = new SupervisorEnd();
  before(end);
  expect(await warned(() => end.settle(failed, true))).toMatchObject([
    { type: 'WirekeeperWarning', code: 'WIREKEEPER_SUPERVISOR_FAILED' },
  ]);
});

test.each<[string, (end: SupervisorEnd) => void]>([
  [
    'a failure that somebody awaits',
    (end) => {
      void end.awaited;
      end.settle(failed, true);
    },
  ],
  ['a failure that somebody heard of otherwise', (end) => end.settle(failed, false)],
  ['a stop', (end) => end.settle({ ...failed, outcome: 'stopped' }, true)],
])('%s is not warned of', async (_what, act) => {
  expect(await warned(() => act(new SupervisorEnd()))).toEqual([]);
});

const unshowable = Object.defineProperty(new Error('x'), 'stack', {
  get: () => {
    throw new Error('no stack');
  },
});

test.each([
  ['an error', new Error('a bug'), 'a bug'],
  ['an object without a prototype', Object.create(null), 'an object'],
  ['a symbol', Symbol('odd'), 'Symbol(odd)'],
  ['an error that cannot be shown', unshowable, 'an error that cannot be shown'],
])('the warning shows what made it fail: %s', async (_what, error, says) => {
  const cause = { id: 'feed', reason: 'abnormal', report: undefined, error } as const;
  const [warning] = await warned(() => new SupervisorEnd().settle({ ...failed, cause }, true));
  expect(warning?.message).toContain(
    'supervisor root has failed: the exit of child feed (abnormal) exceeded its intensity',
  );
  expect(warning?.detail).toContain(says);
});

describe('a supervisor that has failed', () => {
  /** Fails: its only child crashes, and it allows no restart. */
  async function failing(options: SupervisorOptions, watch: (supervisor: Supervisor) => void = () => {}) {
    const supervisor = createSupervisor({
      intensity: { maxRestarts: 0 },
      clock: createHeapClock(),
      transport: new FakeTransport(),
      ...options,
    });
    watch(supervisor);
    const child = new TestChild('a');
    await supervisor.startChild(child.spec());
    return warned(async () => {
      child.exit('abnormal', new Error('a bug'));
      await settled();
      expect(supervisor.state).toBe('failed');
    });
  }

  test('and that nobody observes makes Node warn', async () => {
    expect(await failing({ name: 'root' })).toMatchObject([
      { code: 'WIREKEEPER_SUPERVISOR_FAILED', detail: expect.stringContaining('a bug') },
    ]);
  });

  test.each<[string, SupervisorOptions, ((supervisor: Supervisor) => void)?]>([
    ['ended is read', {}, (supervisor) => void supervisor.ended],
    ['events$ has a subscriber', {}, (supervisor) => void supervisor.events$.subscribe()],
    ['warnWhenFailed is false', { warnWhenFailed: false }],
  ])('has not when %s', async (_what, options, watch) => {
    expect(await failing(options, watch)).toEqual([]);
  });

  test('and is a child is not warned of: its parent deals with it', async () => {
    const root = createSupervisor({ clock: createHeapClock(), transport: new FakeTransport() });
    const childSupervisor = await root.supervise({ restart: 'transient', intensity: { maxRestarts: 0 } });
    const child = new TestChild('a');
    await childSupervisor.startChild(child.spec());
    expect(
      await warned(async () => {
        child.exit('abnormal');
        await settled();
        expect([childSupervisor.state, root.state]).toEqual(['failed', 'running']);
      }),
    ).toEqual([]);
    await root.stop();
  });
});
