import { expect, test } from 'vitest';
import { ListenerActors } from '../../../src/inspect/xstate/listener-actors.js';
import { LiveActors } from '../../../src/inspect/xstate/live-actors.js';
import { MachineActors } from '../../../src/inspect/xstate/machine-actors.js';
import { aService, lineOf } from './service.js';

function someListeners() {
  const lines: string[] = [];
  const live = new LiveActors(
    (event) => lines.push(lineOf(event)),
    () => {},
  );
  return { listeners: new ListenerActors(new MachineActors(live, false)), take: () => lines.splice(0) };
}

test('shows the listeners that a supervisor has, and no other child', async () => {
  const { supervisor, dial, end } = await aService();
  await dial('feed');
  const { listeners, take } = someListeners();
  listeners.supervisorBegan(supervisor, true);
  expect(take()).toEqual(['below nothing', 'active "listening"']);
  expect(listeners.changed(supervisor, 'feed')).toBe(undefined);
  await end();
});

test('shows a listener that is added, and what becomes of it, at the events about it', async () => {
  const { supervisor, listener, end } = await aService();
  const { listeners, take } = someListeners();
  listeners.supervisorBegan(supervisor, false);
  listeners.onEvent({ type: 'listener.started', childId: 'door', port: 1 });
  listeners.onEvent({ type: 'child.started', childId: 'door', kind: 'listener', supervisor: 'supervisor' });
  expect(take()).toEqual(['below nothing', '<- xstate.init', 'active "listening"']);
  listener.suspend();
  listeners.onEvent({ type: 'listener.suspended', childId: 'door' });
  expect(take()).toEqual(['<- suspend', 'active "suspended"']);
  listeners.supervisorEnded(supervisor);
  listener.resume();
  listeners.onEvent({ type: 'listener.resumed', childId: 'door' });
  expect(take()).toEqual([]);
  await end();
});
