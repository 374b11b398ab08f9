import { expect, test } from 'vitest';
import { coverageListsOf } from '../../../src/testing/model/coverage-lists.js';
import { coverageMarks } from '../../../src/testing/model/coverage-marks.js';
import { orderMachine } from './order.js';

const lists = coverageListsOf(orderMachine);
const marks = (...covered: readonly string[]) => coverageMarks(lists, new Set(covered));
const at = (source: string, event: string, index = 0) => ({ source, event, index, targets: undefined });

test('a state is covered, missed, or partly covered if one inside it is missing', () => {
  const { state } = marks('shopping', 'shopping.empty', 'shopping.filled', 'checkout');
  expect(['shopping', 'shopping.empty', 'checkout', 'checkout.payment', 'box'].map((path) => state?.(path))).toEqual([
    'covered',
    'covered',
    'partly',
    'missed',
    'missed',
  ]);
});

test('the machine itself and history states have no mark', () => {
  const { state } = marks();
  expect([state?.(''), state?.('shopping.last')]).toEqual([undefined, undefined]);
});

test('a transition is partly covered if it was not taken from all of its states', () => {
  expect(marks().transition?.(at('checkout', 'cancel'))).toBe('missed');
  expect(marks('checkout.payment.paid: cancel').transition?.(at('checkout', 'cancel'))).toBe('partly');
});

test('a transition whose guard has given one answer only is partly covered', () => {
  const taken = ['shopping.filled: add', 'shopping.filled: add [hasRoom] is true'];
  const place = at('shopping.filled', 'add');
  expect(marks(...taken).transition?.(place)).toBe('partly');
  expect(marks(...taken, 'shopping.filled: add [hasRoom] is false').transition?.(place)).toBe('covered');
});
