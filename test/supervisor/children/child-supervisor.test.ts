import { expect, test } from 'vitest';
import type { RunningChild } from '../../../src/supervisor/api/child-spec.js';
import type { Supervisor } from '../../../src/supervisor/api/supervisor.js';
import { StartContext } from '../../../src/supervisor/children/child-context.js';
import { startChildSupervisor } from '../../../src/supervisor/children/child-supervisor.js';
import { EndedError } from '../../../src/transport/errors.js';

const none = (): never => {
  throw new Error('not in these tests');
};

function aStart(startAll: () => Promise<void>) {
  const asked: string[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const running = {
    handle: {} as Supervisor,
    exited: new Promise(() => {}),
    shutDown: () => {
      asked.push('shutDown');
      end();
    },
    terminate: () => {
      asked.push('terminate');
      end();
    },
  } as RunningChild<Supervisor>;
  const context = new StartContext('inner', { dial: none, listen: none, supervise: none }, none);
  return {
    asked,
    context,
    running,
    started: startChildSupervisor({ ended, asChild: () => running, startAll }, [], context),
  };
}

test('is over when the first children run, and ignores its signal from then on', async () => {
  const { asked, context, running, started } = aStart(async () => {});
  expect(await started).toBe(running);
  context.abort(new EndedError('stop'));
  expect(asked).toEqual([]);
});

test('fails with the first child that fails, when the others have ended', async () => {
  const { asked, started } = aStart(() => Promise.reject(new Error('no port')));
  await expect(started).rejects.toThrow('no port');
  expect(asked).toEqual(['shutDown']);
});

test('called off, it stops; abandoned, it terminates, and is awaited', async () => {
  const { asked, context } = aStart(() => new Promise(() => {}));
  context.abort(new EndedError('stop'));
  expect(asked).toEqual(['shutDown']);
  await context.onAbandon?.();
  expect(asked).toEqual(['shutDown', 'terminate']);
});
