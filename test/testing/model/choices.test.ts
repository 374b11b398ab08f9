import { describe, expect, test } from 'vitest';
import { createMachine, setup } from 'xstate';
import { createChoices, type EventSource } from '../../../src/testing/model/choices.js';
import { createModel, type Model, type Position } from '../../../src/testing/model/model.js';
import { textOf } from '../../../src/testing/model/views.js';
import { ORDER_EVENTS, orderMachine } from './order.js';

const model = createModel(orderMachine, undefined);
const start = model.start().to;
const add = { type: 'add', item: 'tea' };

const at = (of: Model, events: EventSource, ignored: EventSource, position: Position) =>
  createChoices(of, events, ignored)
    .at(position, [])
    .map(({ event }) => textOf(event));

describe('what can happen', () => {
  test('is what the machine has a transition for', () => {
    expect(at(model, ORDER_EVENTS, [], start)).toEqual(["add { item: 'tea' }"]);
  });

  test('is also what a guard refuses: nothing must come of it', () => {
    const full = model.take(model.take(start, add).to, add).to;
    expect(at(model, [add], [], full)).toEqual(["add { item: 'tea' }"]);
  });

  test('is what is ignored, where the machine has no transition for it', () => {
    expect(at(model, [], [add, { type: 'remove' }], start)).toEqual(['remove']);
  });

  test('is a wait, where a delay is set', () => {
    const light = createMachine({ initial: 'a', states: { a: { after: { 20: 'b' } }, b: {} } });
    const lightModel = createModel(light, undefined);
    expect(at(lightModel, [], [], lightModel.start().to)).toEqual(['after 20 ms']);
  });

  test('is what an actor reports, while there is one', () => {
    const charged = { type: 'xstate.done.actor.charge' };
    const checkout = model.take(model.take(start, add).to, { type: 'checkout' }).to;
    expect([start, checkout].map((position) => at(model, [charged], [], position))).toEqual([
      [],
      ['xstate.done.actor.charge', 'after 60000 ms'],
    ]);
  });

  test('is nothing at the end', () => {
    const machine = createMachine({ initial: 'a', states: { a: { type: 'final' } }, on: { go: {} } });
    const ended = createModel(machine, undefined);
    expect(at(ended, [{ type: 'go' }], [{ type: 'stop' }], ended.start().to)).toEqual([]);
  });
});

test('events may depend on the state and on the way there', () => {
  const seen: unknown[] = [];
  const events: EventSource = (state, steps) => {
    seen.push([state.name, state.context, steps.map(({ event }) => event.type)]);
    return [add];
  };
  const to = model.take(start, add).to;
  createChoices(model, events, []).at(to, [{ event: add, from: start, to }]);
  expect(seen).toEqual([['shopping.filled', { items: ['tea'] }, ['add']]]);
});

test('one event can be asked for: it can happen, or it cannot', () => {
  const choices = createChoices(model, [], [{ type: 'remove' }]);
  expect(choices.of(start, add)?.advance().to.name).toBe('shopping.filled');
  expect(choices.of(start, { type: 'remove' })?.advance().to.name).toBe('shopping.empty');
  expect(choices.of(start, { type: 'cancel' })).toBeUndefined();
  expect(choices.of(start, { type: 'wirekeeper.time' })).toBeUndefined();
});

test('computes only what is taken', () => {
  let asked = 0;
  const machine = setup({ actions: { count: () => {} }, guards: { ask: () => (asked += 1) > 0 } }).createMachine({
    initial: 'a',
    states: { a: { on: { go: { guard: 'ask', target: 'b' } } }, b: {} },
  });
  const counting = createModel(machine, undefined);
  createChoices(counting, [{ type: 'go' }], []).at(counting.start().to, []);
  expect(asked).toBe(0);
});
