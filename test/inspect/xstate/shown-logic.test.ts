import { expect, test } from 'vitest';
import {
  type AnyActorLogic,
  type AnyTransitionDefinition,
  createActor,
  createMachine,
  fromPromise,
  fromTransition,
} from 'xstate';
import { shownLogic, shownTransition } from '../../../src/inspect/xstate/shown-logic.js';

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

test('a transition is the one of the machine, unless params are written into it', () => {
  const drawn = createMachine({
    initial: 'here',
    states: {
      here: {
        on: {
          plain: { target: 'here', actions: 'ring' },
          static: {
            actions: { type: 'log', params: { text: 's3cret' } },
            guard: { type: 'may', params: { key: 's3cret' } },
          },
          dynamic: { actions: { type: 'log', params: () => ({ text: 'dynamic' }) } },
        },
      },
    },
  } as never);
  const of = (type: string) => drawn.states['here']?.transitions.get(type)?.[0] as AnyTransitionDefinition;
  expect(shownTransition(of('plain'))).toBe(of('plain'));
  expect(shownTransition(of('dynamic'))).toBe(of('dynamic'));
  const shown = shownTransition(of('static'));
  expect(shown).toBe(shownTransition(of('static')));
  expect(shown).toMatchObject({ eventType: 'static', actions: [{ type: 'log', params: '[object]' }] });
  expect(JSON.stringify(shown)).not.toContain('s3cret');
  expect(JSON.stringify(shown)).toContain('"source":"#(machine).here"');
});
