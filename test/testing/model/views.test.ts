import { expect, test } from 'vitest';
import { createModel } from '../../../src/testing/model/model.js';
import { publicStep, stateOf, TIME, textOf, trailOf } from '../../../src/testing/model/views.js';
import { orderMachine } from './order.js';

const model = createModel(orderMachine, undefined);
const from = model.start().to;
const event = { type: 'add', item: 'tea' };
const step = { event, from, to: model.take(from, event).to };

test('users see the name, the context, and the snapshot of a state', () => {
  expect(stateOf(step.to)).toEqual({
    name: 'shopping.filled',
    context: { items: ['tea'] },
    snapshot: step.to.snapshot,
  });
});

test('users see an event, and the states around it', () => {
  const { event: seen, from: before, to } = publicStep(step);
  expect([seen, before.name, to.name]).toEqual([event, 'shopping.empty', 'shopping.filled']);
});

test.each([
  [{ type: 'go' }, 'go'],
  [{ type: 'add', item: 'tea', count: 2 }, "add { item: 'tea', count: 2 }"],
  [{ type: TIME, ms: 300 }, 'after 300 ms'],
  [{ type: 'say', text: 'x'.repeat(50) }, `say { text: '${'x'.repeat(40)}'... 10 more characters }`],
])('%o stands in one line', (of, text) => {
  expect(textOf(of)).toBe(text);
});

test('a way is one line', () => {
  expect(trailOf(from, [step])).toBe("shopping.empty --add { item: 'tea' }--> shopping.filled");
});
