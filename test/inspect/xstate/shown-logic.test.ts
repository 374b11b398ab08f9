import { expect, test } from 'vitest';
import { type AnyActorLogic, createActor, createMachine, fromPromise, fromTransition } from 'xstate';
import { shownLogic } from '../../../src/inspect/xstate/shown-logic.js';

const machine = createMachine({
  id: 'order',
  initial: 'input',
  context: { token: 's3cret' },
  states: {
    // A state may be named like what is redacted.
    input: {
      entry: [{ type: 'log', params: { text: 's3cret' } }, 'ring'],
      invoke: {
        src: 'fetch',
        input: { url: 's3cret' },
        onDone: { target: 'done', actions: { type: 'log', params: { text: 's3cret' } } },
      },
      on: { next: [{ target: 'done', guard: { type: 'may', params: { key: 's3cret' } } }, '.'] },
      after: { 100: { target: 'done', actions: [{ type: 'log', params: { text: 's3cret' } }] } },
    },
    done: { type: 'final', output: { token: 's3cret' } },
  },
} as never).provide({ actors: { fetch: fromPromise(async () => 1) } });

const configOf = (logic: AnyActorLogic) => (logic as unknown as { readonly config: unknown }).config;

test('a machine is shown with its structure, and without the values written into it', () => {
  const shown = JSON.stringify(configOf(shownLogic(machine)));
  expect(shown).not.toContain('s3cret');
  expect(JSON.parse(shown)).toMatchObject({
    id: 'order',
    initial: 'input',
    context: { token: '[string]' },
    states: {
      input: {
        entry: [{ type: 'log', params: '[object]' }, 'ring'],
        invoke: { src: 'fetch', input: '[object]', onDone: { target: 'done', actions: { params: '[object]' } } },
        on: { next: [{ target: 'done', guard: { type: 'may', params: '[object]' } }, '.'] },
        after: { 100: { target: 'done', actions: [{ type: 'log', params: '[object]' }] } },
      },
      done: { type: 'final', output: '[object]' },
    },
  });
});

test('it is the same machine still, and the machine itself is as it was', () => {
  const shown = shownLogic(machine) as typeof machine;
  expect(shown.root).toBe(machine.root);
  expect(JSON.stringify(shown.definition)).toBe(JSON.stringify(machine.definition));
  expect(machine.config.context).toEqual({ token: 's3cret' });
  expect(createActor(shown).getSnapshot().value).toBe('input');
});

test('a logic without a configuration is shown as it is', () => {
  for (const logic of [fromPromise(async () => 1), fromTransition((state: number) => state, 0)])
    expect(shownLogic(logic as AnyActorLogic)).toBe(logic);
});
