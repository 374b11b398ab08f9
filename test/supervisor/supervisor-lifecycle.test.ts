import { describe, expect, test } from 'vitest';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { Supervision } from '../../src/supervisor/children/supervision.js';
import { ConnectionRegistry } from '../../src/supervisor/connection/connection-registry.js';
import { DEFAULT_LIMITS } from '../../src/supervisor/options/options.js';
import { SupervisorLifecycle } from '../../src/supervisor/supervisor-lifecycle.js';
import { deferred } from '../../src/supervisor/time/deferred.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { settled } from '../support/settled.js';

const CLOSE = { code: 1012, reason: 'deploy' };
const OTHER = { code: 4000, reason: 'too late' };

/** A lifecycle whose children end when the test says so, and the calls made on them. */
function aLifecycle(signal?: AbortSignal) {
  const registry = new ConnectionRegistry(createHeapClock(), DEFAULT_LIMITS, undefined);
  const events: SupervisorEvent['type'][] = [];
  registry.events$.subscribe(({ type }) => events.push(type));
  const asked: string[] = [];
  const gone = deferred<void>();
  const supervision = {
    stop: ({ code, reason }: typeof CLOSE) => {
      asked.push(`stop ${code} ${reason}`.trimEnd());
      return gone.promise;
    },
    terminateRemaining: () => void asked.push('terminate'),
  } as unknown as Supervision;
  let stoppedByUser = 0;
  const lifecycle = new SupervisorLifecycle({
    settings: { name: 'root', signal, warnWhenFailed: false },
    registry,
    supervision,
    parent: undefined,
    onStoppedByUser: () => {
      stoppedByUser += 1;
    },
  });
  return { lifecycle, registry, events, asked, gone, stoppedByUser: () => stoppedByUser };
}

describe('a stop', () => {
  test('ends when the children have, with the report of a normal exit', async () => {
    const { lifecycle, asked, gone, events, stoppedByUser } = aLifecycle();
    lifecycle.stop(CLOSE);
    expect([lifecycle.state, asked, stoppedByUser()]).toEqual(['stopping', ['stop 1012 deploy'], 1]);
    gone.resolve();
    expect(await lifecycle.ended).toEqual({ name: 'root', outcome: 'stopped', reason: 'normal', connections: 0 });
    expect([lifecycle.state, events]).toEqual(['stopped', ['supervisor.stopping', 'supervisor.stopped']]);
  });

  test('closes connections with the options of the first call; a second call changes nothing', () => {
    const { lifecycle, asked } = aLifecycle();
    lifecycle.stop(CLOSE);
    lifecycle.stop(OTHER);
    lifecycle.shutDown(OTHER);
    expect(asked).toEqual(['stop 1012 deploy']);
  });

  test('is cut short by terminate', () => {
    const { lifecycle, asked } = aLifecycle();
    lifecycle.stop(CLOSE);
    lifecycle.terminate();
    expect(asked).toEqual(['stop 1012 deploy', 'terminate']);
  });

  test('keeps the process alive until it is done', async () => {
    const { lifecycle, registry, gone } = aLifecycle();
    lifecycle.stop(CLOSE);
    expect(registry.wheel.keepAlive.isHeld).toBe(true);
    gone.resolve();
    await lifecycle.ended;
    expect(registry.wheel.keepAlive.isHeld).toBe(false);
  });
});

test('terminate shuts no child down before it is terminated', () => {
  const { lifecycle, asked } = aLifecycle();
  lifecycle.terminate();
  expect(asked[0]).toBe('terminate');
});

test.each<[string, (lifecycle: SupervisorLifecycle) => void, string[]]>([
  ['stop', (lifecycle) => lifecycle.shutDown(CLOSE), ['stop 1012 deploy']],
  ['terminate', (lifecycle) => lifecycle.terminateByParent(), ['terminate', 'stop 1001']],
])("the parent's %s is an exit for the reason shutdown, and none of the user's", async (_what, act, expected) => {
  const { lifecycle, asked, gone, stoppedByUser } = aLifecycle();
  act(lifecycle);
  expect([asked, stoppedByUser()]).toEqual([expected, 0]);
  gone.resolve();
  expect(await lifecycle.exited).toEqual({ reason: 'shutdown', report: undefined, error: undefined });
});

test('an exceeded intensity is a failure, with the exit as its cause', async () => {
  const { lifecycle, gone } = aLifecycle();
  const exit = { id: 'feed', reason: 'abnormal', report: undefined, error: new Error('a bug') } as const;
  lifecycle.escalated(exit);
  gone.resolve();
  expect(await lifecycle.ended).toMatchObject({ outcome: 'failed', reason: 'shutdown', cause: exit });
  expect(await lifecycle.exited).toMatchObject({ reason: 'shutdown', error: exit.error });
});

test.each([true, false])("the user's signal stops it, aborted before: %s", (isAbortedBefore) => {
  const controller = new AbortController();
  const { lifecycle, asked } = aLifecycle(controller.signal);
  if (isAbortedBefore) controller.abort();
  lifecycle.heed(controller.signal);
  if (!isAbortedBefore) controller.abort();
  expect(asked).toEqual(['stop 1001']);
});

test('a stop that a subscriber calls in the middle of a step comes after that step', async () => {
  const { lifecycle, registry, asked, gone } = aLifecycle();
  registry.events$.subscribe(({ type }) => {
    if (type === 'supervisor.stopping') lifecycle.terminate();
  });
  lifecycle.stop(CLOSE);
  expect(asked).toEqual(['stop 1012 deploy', 'terminate']);
  gone.resolve();
  await settled();
  expect(lifecycle.state).toBe('stopped');
});
