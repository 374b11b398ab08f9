import { expect, test } from 'vitest';
import {
  and,
  assign,
  createMachine,
  enqueueActions,
  fromPromise,
  log,
  not,
  or,
  raise,
  sendTo,
  stateIn,
  stopChild,
} from 'xstate';
import { describeMachine } from '../../../src/machines/diagram/describe.js';
import { guardName, inscriptionOf, transitionLabel } from '../../../src/machines/diagram/label.js';

const stateOf = (config: object) => {
  const machine = createMachine({ id: 'm', initial: 'a', states: { a: config, b: {} } } as never);
  const [, a] = describeMachine(machine).states;
  if (a === undefined) throw new Error('there is no state');
  return a;
};
const labelsOf = (config: object) => stateOf(config).transitions.map((transition) => transitionLabel([transition]));

test.each([
  ['light', 'x / light'],
  [{ type: 'light', params: { level: 3 } }, 'x / light({"level":3})'],
  [assign({ count: () => 1, name: 'n' }), 'x / assign(count, name)'],
  [raise({ type: 'y' }), 'x / raise(y)'],
  [sendTo('child', { type: 'ping' }), 'x / sendTo(child, ping)'],
  [log('hello'), 'x / log(hello)'],
  [log(() => 'hello'), 'x / log(...)'],
  [assign(() => ({ count: 1 })), 'x / assign(...)'],
  [
    assign(function reset() {
      return { count: 0 };
    }),
    'x / assign(reset)',
  ],
  [{ type: 'light', params: () => 1 }, 'x / light(...)'],
  [{ type: 'light', params: 'y'.repeat(200) }, `x / light(${'y'.repeat(120)}...)`],
  [stopChild('child'), 'x / stopChild(child)'],
  [enqueueActions(() => {}), 'x / enqueueActions()'],
  [function dim() {}, 'x / dim'],
  [[() => {}, 'light'], 'x / action_1, light'],
])('an action is labelled by what it does, and never by the body of a function (%#)', (actions, label) => {
  expect(labelsOf({ on: { x: { actions } } })).toEqual([label]);
});

test.each([
  ['isA', 'isA'],
  [and(['isA', not('isB')]), 'isA and not isB'],
  [or(['isA', and(['isB', 'isC'])]), 'isA or (isB and isC)'],
  [stateIn('m.b'), 'in m.b'],
  [stateIn({ a: 'b' }), 'in {"a":"b"}'],
])('a guard is labelled by its text (%#)', (guard, label) => {
  const [transition] = stateOf({ on: { x: { guard, target: 'b' } } }).transitions;
  expect(transition && transitionLabel([transition])).toBe(`x [${label}]`);
  expect(transition?.guard && guardName(transition.guard)).toBe(label);
});

test('what sets a transition off is written as one reads it', () => {
  const src = fromPromise(async () => 1);
  const config = { after: { 5: 'b', LATER: 'b' }, always: 'b', invoke: { id: 'c', src, onDone: 'b', onError: 'b' } };
  expect(labelsOf(config)).toEqual(['always', 'done(c)', 'error(c)', 'after 5 ms', 'after LATER']);
});

test('an event that is taken and leads to nothing is called ignored', () => {
  expect(labelsOf({ on: { x: undefined, y: {}, z: { guard: 'isA' } } })).toEqual([
    'x (ignored)',
    'y (ignored)',
    'z [isA] (ignored)',
  ]);
});

test('the output of a state is written, that of a function by its name if it has one', () => {
  const outputs = [
    { answer: 42 },
    () => 1,
    function total() {
      return 1;
    },
  ].map((output) => inscriptionOf(stateOf({ type: 'final', output })));
  expect(outputs).toEqual([['output / {"answer":42}'], ['output / ...'], ['output / total']]);
});

test('a transition that enters its state again says so', () => {
  expect(labelsOf({ on: { x: { target: 'a', reenter: true } } })).toEqual(['x (reenter)']);
});

test('a state lists what it does without leaving it', () => {
  const config = { entry: 'in', exit: 'out', invoke: { id: 'c', src: 'child' }, on: { x: { actions: 'light' } } };
  expect(inscriptionOf(stateOf(config))).toEqual(['entry / in', 'exit / out', 'invoke / c (child)', 'x / light']);
});
