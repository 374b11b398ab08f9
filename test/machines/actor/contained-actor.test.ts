import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  Actor,
  type AnyActor,
  type AnyActorLogic,
  createMachine,
  fromCallback,
  fromPromise,
  sendTo,
  spawnChild,
} from 'xstate';
import { ContainedActor } from '../../../src/machines/actor/contained-actor.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { BUG, CRASHING } from '../../support/crashing-logic.js';
import { settled } from '../../support/settled.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function started(logic: AnyActorLogic, input?: unknown) {
  const clock = createHeapClock();
  const actor = new ContainedActor(logic, { input, clock });
  const outcome = actor.outcome.then(
    (output: unknown) => ({ output }),
    (error: unknown) => ({ error }),
  );
  actor.start();
  return { actor, clock, outcome };
}

/** Logic that says when it begins and when it is disposed of. */
const noting = (notes: string[], name: string) =>
  fromCallback(() => {
    notes.push(`${name} begins`);
    return () => notes.push(`${name} ends`);
  });

const ticking = createMachine({ initial: 'a', states: { a: { after: { 1000: 'b' } }, b: { after: { 1000: 'a' } } } });

describe('its outcome', () => {
  test('is the output of an actor that is done', async () => {
    const { actor, outcome } = started(
      createMachine({ initial: 'a', states: { a: { on: { go: 'b' } }, b: { type: 'final' } }, output: { code: 4000 } }),
    );
    actor.send({ type: 'go' });
    expect(await outcome).toEqual({ output: { code: 4000 } });
  });

  test('is the output of an actor that is done at once', async () => {
    expect(await started(createMachine({ initial: 'a', states: { a: { type: 'final' } }, output: 7 })).outcome).toEqual(
      { output: 7 },
    );
  });

  test('is the value of a promise', async () => {
    expect(
      await started(
        fromPromise(async ({ input }) => input),
        'given',
      ).outcome,
    ).toEqual({ output: 'given' });
  });

  test('is nothing for one that was stopped', async () => {
    const { actor, outcome } = started(ticking);
    actor.stop();
    actor.stop();
    expect(await outcome).toEqual({ output: undefined });
  });

  test('is the first error', async () => {
    const { actor, outcome } = started(ticking);
    actor.fail(new Error('first'));
    actor.fail(new Error('second'));
    actor.stop();
    expect(await outcome).toEqual({ error: new Error('first') });
  });
});

test.each(Object.entries(CRASHING))(
  'a crash in %s is its outcome, and nothing else',
  async (_place, { logic, when }) => {
    // Its delays are on its own clock; in a timer of Node XState throws errors that nobody observes.
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const { actor, clock, outcome } = started(logic);
    if (when === 'on event') actor.send({ type: 'crash' });
    if (when === 'when stopped') actor.stop();
    await clock.advanceAsync(10);
    expect(await outcome).toEqual({ error: expect.objectContaining({ message: expect.stringContaining(BUG) }) });
    expect(clock.pending).toBe(0);
    expect(setTimer).not.toHaveBeenCalled();
  },
);

test('a subscriber without an error listener does not make an error uncaught', async () => {
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  const { actor, outcome } = started(
    createMachine({
      entry: ({ self }) => void self.subscribe(() => {}),
      on: {
        crash: {
          actions: () => {
            throw new Error(BUG);
          },
        },
      },
    }),
  );
  actor.send({ type: 'crash' });
  expect(await outcome).toEqual({ error: new Error(BUG) });
  expect(setTimer).not.toHaveBeenCalled();
});

test('a subscriber with an error listener gets the error', async () => {
  const errors: unknown[] = [];
  const { actor, outcome } = started(
    createMachine({
      entry: ({ self }) => void self.subscribe({ error: (error) => errors.push(error) }),
      invoke: { src: fromPromise(async () => Promise.reject(new Error(BUG))) },
    }),
  );
  await outcome;
  actor.stop();
  expect(errors).toEqual([new Error(BUG)]);
});

describe('what goes on beneath an actor ends with it:', () => {
  const family = (notes: string[]) =>
    createMachine({
      invoke: [
        { id: 'noting', src: noting(notes, 'child') },
        { id: 'nested', src: createMachine({ invoke: { id: 'noting', src: noting(notes, 'grandchild') } }) },
        { id: 'ticking', src: ticking },
      ],
      on: {
        crash: {
          actions: [
            spawnChild(ticking, { id: 'spawned' }),
            () => {
              throw new Error(BUG);
            },
          ],
        },
      },
    });

  test.each([
    ['stopped', (actor: ContainedActor<AnyActorLogic>) => actor.stop()],
    ['failed by an action', (actor: ContainedActor<AnyActorLogic>) => actor.send({ type: 'crash' })],
    ['failed by a listener', (actor: ContainedActor<AnyActorLogic>) => actor.fail(new Error(BUG))],
  ])('it was %s', async (_how, end) => {
    const notes: string[] = [];
    const { actor, clock, outcome } = started(family(notes));
    expect(clock.pending).toBe(1);
    end(actor);
    await outcome;
    expect(notes.toSorted()).toEqual(['child begins', 'child ends', 'grandchild begins', 'grandchild ends']);
    expect(clock.pending).toBe(0);
  });

  test('children of a child that crashed, which its parent got over, too', async () => {
    const notes: string[] = [];
    const fragile = createMachine({
      invoke: [
        { id: 'noting', src: noting(notes, 'orphan') },
        { id: 'ticking', src: ticking },
      ],
      on: {
        crash: {
          actions: () => {
            throw new Error(BUG);
          },
        },
      },
    });
    const { actor, clock, outcome } = started(
      createMachine({
        initial: 'a',
        states: {
          a: {
            invoke: { id: 'fragile', src: fragile, onError: 'b' },
            on: { crash: { actions: sendTo('fragile', { type: 'crash' }) } },
          },
          b: {},
        },
      }),
    );
    actor.send({ type: 'crash' });
    expect(notes).toEqual(['orphan begins']);
    actor.stop();
    expect(await outcome).toEqual({ output: undefined });
    expect(notes).toEqual(['orphan begins', 'orphan ends']);
    expect(clock.pending).toBe(0);
  });
});

test('actors that have ended are not kept', async () => {
  const brief = createMachine({ initial: 'a', states: { a: { type: 'final' } } });
  const { actor, outcome } = started(
    createMachine({ initial: 'a', states: { a: { invoke: { id: 'brief', src: brief, onDone: 'b' } }, b: {} } }),
  );
  const look = vi.spyOn(Actor.prototype, 'getSnapshot');
  actor.stop();
  await outcome;
  expect(look.mock.contexts.map((context) => (context as AnyActor).id)).not.toContain('brief');
});

test('delays run on its clock', async () => {
  const { clock, outcome } = started(
    createMachine({ initial: 'a', states: { a: { after: { 5000: 'b' } }, b: { type: 'final' } } }),
  );
  clock.advance(4999);
  expect(clock.pending).toBe(1);
  clock.advance(1);
  expect(await outcome).toEqual({ output: undefined });
});

test('events after its end are ignored', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const { actor } = started(ticking);
  actor.stop();
  actor.send({ type: 'late' });
  await settled();
  expect(warn).not.toHaveBeenCalled();
});
