import { expect, test } from 'vitest';
import { type Wishes, wishesOf, withWish } from '../../../../../src/inspect/dashboard/page/model/wishes.js';
import type { ViewerMessage } from '../../../../../src/inspect/dashboard/protocol.js';

const after = (...messages: ViewerMessage[]): ViewerMessage[] => wishesOf(messages.reduce<Wishes>(withWish, {}));
const look = (number: number): ViewerMessage => ({
  type: 'look',
  look: number,
  table: 'connections',
  query: {},
  first: 0,
  count: 9,
});
const follow = (connectionId: string): ViewerMessage => ({
  type: 'follow',
  subject: { machine: 'connection', connectionId },
});

test('only the latest look and the latest subject are wished', () => {
  expect(after(look(1), follow('a'), look(2), follow('b'))).toEqual([look(2), follow('b')]);
});

test('each resolution is wished once', () => {
  const second = { type: 'series', resolution: 'second' } as const;
  const minute = { type: 'series', resolution: 'minute' } as const;
  expect(after(second, minute, second)).toEqual([minute, second]);
});

test('what is looked at and followed no longer is wished no longer', () => {
  expect(after(look(1), { type: 'look-away', table: 'connections' }, follow('a'), { type: 'unfollow' })).toEqual([]);
});

test('the look at another table stays: a view may leave after the next has come', () => {
  expect(after(look(1), { type: 'look-away', table: 'endings' })).toEqual([look(1)]);
});

test('an action is never repeated', () => {
  expect(after({ type: 'act', request: 1, action: { kind: 'terminate', connectionId: 'a' } })).toEqual([]);
});
