import { expect, test } from 'vitest';
import type { Log } from '../../../src/cli/output/log.js';
import { type Plan, planOf } from '../../../src/cli/serve/plan.js';
import { startDialers, startListeners } from '../../../src/cli/serve/start-plan.js';
import { createSupervisor } from '../../../src/index.js';

const silent: Log = { write() {}, print() {}, pass() {}, note() {}, flushed: async () => {} };
const never = new Promise<void>(() => {});

test('starts listeners without a port, and knows their paths', async () => {
  await using supervisor = createSupervisor();
  const routes = await startListeners(supervisor, await planOf({}), undefined);
  expect(routes.map(({ paths, listener }) => [paths, listener.id, listener.address])).toEqual([
    [['/echo'], 'echo', undefined],
    [['/rooms/*'], 'rooms', undefined],
  ]);
});

test('an option that the library refuses is named by its place in the file', async () => {
  await using supervisor = createSupervisor();
  const plan: Plan = {
    ...(await planOf({})),
    file: 'app.mjs',
    listeners: [
      {
        place: 'handlers["/a"]',
        paths: ['/a'],
        does: '',
        hasRooms: false,
        options: { origins: ['nowhere'], handler: async () => {} },
      },
    ],
  };
  await expect(startListeners(supervisor, plan, undefined)).rejects.toThrow(/^app\.mjs: handlers\["\/a"\]\.origins/);
});

test('dialers wait until they may dial', async () => {
  await using supervisor = createSupervisor();
  const plan: Plan = {
    ...(await planOf({})),
    dialers: [{ id: 'feed', url: 'ws://127.0.0.1:9/', behaviour: 'discard' }],
  };
  await startDialers(supervisor, plan, never, silent);
  expect(supervisor.whichChildren()).toMatchObject([{ id: 'feed', kind: 'dialer' }]);
  expect(supervisor.endings).toEqual([]);
});
