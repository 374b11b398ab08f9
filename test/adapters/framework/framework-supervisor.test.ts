import { expect, test } from 'vitest';
import { endSupervisor, startSupervisor } from '../../../src/adapters/framework/framework-supervisor.js';
import { createSupervisor } from '../../../src/index.js';
import { EndedError, OptionError } from '../../../src/transport/errors.js';
import { eventually } from '../../support/eventually.js';

const drain = { spreadMs: 0 };

test('makes a supervisor of that name, or a child of the one that is given, which forgets it', async () => {
  const alone = await startSupervisor('a-framework', { supervisor: undefined, limits: { maxConnections: 5 } });
  expect(alone.name).toBe('a-framework');
  await endSupervisor(alone, { drain });
  expect(alone.state).toBe('stopped');

  await using parent = createSupervisor({ name: 'parent' });
  const child = await startSupervisor('a-framework', { supervisor: parent, limits: undefined });
  expect(parent.whichChildren()).toMatchObject([{ kind: 'supervisor', state: 'running' }]);
  await endSupervisor(child, { drain });
  await eventually(() => parent.whichChildren().length === 0);
});

test('joins a drain and a stop that are under way, and an end', async () => {
  const supervisor = await startSupervisor('a-framework', { supervisor: undefined, limits: undefined });
  const drained = supervisor.drain({ notReadyFirstMs: 20, spreadMs: 0 });
  await endSupervisor(supervisor, { drain });
  expect(supervisor.state).toBe('stopped');
  await drained;
  await endSupervisor(supervisor, { drain });
});

test('fails with a parent that does not run, and for wrong limits', async () => {
  const parent = createSupervisor();
  await parent.stop();
  await expect(startSupervisor('a-framework', { supervisor: parent, limits: undefined })).rejects.toThrow(EndedError);
  const limits = { maxConnections: -1 };
  await expect(startSupervisor('a-framework', { supervisor: undefined, limits })).rejects.toThrow(OptionError);
});
