import { expect, test } from 'vitest';
import { createActor, createMachine, type InspectionEvent } from 'xstate';
import { containedInspector } from '../../../src/machines/actor/contained-inspector.js';

const event = { type: '@xstate.actor', rootId: 'x', actorRef: createActor(createMachine({})) } as InspectionEvent;

const never = () => expect.unreachable();

test('an observer and a function are called with each event', () => {
  const seen: InspectionEvent[] = [];
  containedInspector((given) => seen.push(given), never)(event);
  containedInspector({ next: (given) => seen.push(given) }, never)(event);
  expect(seen).toEqual([event, event]);
});

test('what it throws does not get out, and it is called no more', async () => {
  const thrown: unknown[] = [];
  let calls = 0;
  const inspector = containedInspector(
    () => {
      calls += 1;
      throw new Error('bad');
    },
    (error) => thrown.push(error),
  );
  inspector(event);
  inspector(event);
  expect([calls, thrown]).toEqual([1, [new Error('bad')]]);
});

/** As a function that returns nothing is often written. */
const rejecting: (event: InspectionEvent) => unknown = () => Promise.reject(new Error('late'));

test('a promise that it returns and that rejects counts as thrown', async () => {
  const thrown: unknown[] = [];
  containedInspector(rejecting, (error) => thrown.push(error))(event);
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect(thrown).toEqual([new Error('late')]);
});
