import { expect, test } from 'vitest';
import { drainOptionsOf, shutdownOf } from '../../../src/cli/serve/shutdown.js';
import { OptionError, type Supervisor } from '../../../src/index.js';
import { aDrain, closeOf } from '../../support/a-drain.js';

test('a drain of the service closes with 1012, and is short by default', () => {
  expect(drainOptionsOf({})).toEqual({
    code: 1012,
    reason: 'service restart',
    notReadyFirstMs: 0,
    spreadMs: 1_000,
    withinMs: undefined,
  });
  expect(drainOptionsOf({ drainNotReadyFirstMs: 1, drainSpreadMs: 2, drainWithinMs: 3 })).toMatchObject({
    notReadyFirstMs: 1,
    spreadMs: 2,
    withinMs: 3,
  });
});

test('it may not end before the last has had its turn', () => {
  expect(() => drainOptionsOf({ drainWithinMs: 999 })).toThrow(OptionError);
  expect(drainOptionsOf({ drainWithinMs: 1_000 }).withinMs).toBe(1_000);
});

test('the first signal drains, the second drops what is left, and a third is no harm', async () => {
  const scene = aDrain();
  await scene.listen();
  const clients = scene.open(2);
  const onSignal = shutdownOf(scene.supervisor, drainOptionsOf({}));
  onSignal();
  expect(scene.supervisor.state).toBe('draining');
  await scene.clock.advanceAsync(1_000);
  expect(clients.map(({ wire }) => closeOf(wire)?.code)).toEqual([1012, 1012]);
  onSignal();
  expect(clients.map(({ wire }) => wire.asked.at(-1))).toEqual(['terminate', 'terminate']);
  onSignal();
  for (const { wire } of clients) wire.emitClosed({ kind: 'terminated' });
  await scene.clock.advanceAsync(1);
  expect((await scene.supervisor.ended).outcome).toBe('stopped');
});

test('a signal while the supervisor stops by itself terminates it', () => {
  const asked: unknown[] = [];
  const supervisor = {
    state: 'stopping',
    stop: () => asked.push('stop'),
    terminate: () => asked.push('terminate'),
    drain: () => asked.push('drain'),
  } as unknown as Supervisor;
  shutdownOf(supervisor, {})();
  expect(asked).toEqual(['terminate']);
});
