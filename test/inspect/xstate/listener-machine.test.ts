import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { LISTENER_EVENT, listenerMachine } from '../../../src/inspect/xstate/listener-machine.js';

test('each state of a listener is reached by its event', () => {
  const actor = createActor(listenerMachine).start();
  for (const state of ['suspended', 'listening', 'suspended', 'stopped'] as const) {
    actor.send({ type: LISTENER_EVENT[state] });
    expect(actor.getSnapshot().value).toBe(state);
  }
  expect(actor.getSnapshot().status).toBe('done');
});
