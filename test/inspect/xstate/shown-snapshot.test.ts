import { expect, test } from 'vitest';
import { type AnyMachineSnapshot, assign, createActor, createMachine, fromPromise } from 'xstate';
import { type Shown, shownSnapshot } from '../../../src/inspect/xstate/shown-snapshot.js';

const hiding: Shown = { context: () => 'hidden', child: () => 'a child' };

test('a snapshot of a machine stays one, without its contents', () => {
  const machine = createMachine({
    initial: 'here',
    context: { token: 's3cret' },
    invoke: { id: 'below', src: createMachine({}) },
    states: {
      here: { tags: 'at-home', on: { go: { target: 'there', actions: assign({}) } } },
      there: { type: 'final' },
    },
    output: { token: 's3cret' },
  });
  const actor = createActor(machine).start();
  const snapshot = shownSnapshot(actor.getSnapshot(), hiding) as AnyMachineSnapshot;
  expect(snapshot).toMatchObject({
    status: 'active',
    value: 'here',
    context: 'hidden',
    children: { below: 'a child' },
  });
  expect([snapshot.hasTag('at-home'), snapshot.can({ type: 'go' }), snapshot.matches('here')]).toEqual([
    true,
    true,
    true,
  ]);
  actor.send({ type: 'go' });
  const last = shownSnapshot(actor.getSnapshot(), hiding);
  expect(last).toMatchObject({ status: 'done', output: '[object]' });
  expect(JSON.stringify(last)).not.toContain('s3cret');
});

test('of any other logic the status is shown, and shapes', async () => {
  const actor = createActor(
    fromPromise(async ({ input }: { input: string }) => {
      throw new TypeError(input);
    }),
    { input: 's3cret' },
  );
  actor.subscribe({ error: () => {} });
  actor.start();
  expect(shownSnapshot(actor.getSnapshot(), hiding)).toMatchObject({ status: 'active', input: '[string]' });
  await new Promise((resolve) => actor.subscribe({ error: resolve }));
  const failed = shownSnapshot(actor.getSnapshot(), hiding);
  expect(failed).toMatchObject({ status: 'error', error: { name: 'TypeError' } });
  expect(JSON.stringify(failed)).not.toContain('s3cret');
});

test('an actor that is being made has an empty one', () => {
  expect(shownSnapshot(undefined, hiding)).toEqual({ status: 'active', output: undefined, error: undefined });
});
