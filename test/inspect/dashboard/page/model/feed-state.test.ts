import { describe, expect, test } from 'vitest';
import {
  afterMessage,
  type FeedState,
  INITIAL,
  withQuery,
} from '../../../../../src/inspect/dashboard/page/model/feed-state.js';
import type { DashboardMessage, Welcome } from '../../../../../src/inspect/dashboard/protocol.js';

const welcome: Welcome = {
  type: 'welcome',
  version: '0.2.0',
  name: 'chat',
  at: 5_000,
  since: 100,
  mayAct: false,
  hasRecorder: true,
  showsReasons: false,
  node: 'v20',
};
const rows = (look: number, id: string): DashboardMessage => ({
  type: 'rows',
  table: 'connections',
  look,
  asOf: 1,
  total: 1,
  of: 1,
  first: 0,
  rows: [{ id, role: 'accepted', state: 'open', bufferedBytes: 0, framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 }],
});
const stateAfter = (...messages: DashboardMessage[]): FeedState =>
  messages.reduce((state, message) => afterMessage(state, message, 4_000), INITIAL);

test('the server has the time', () => expect(stateAfter(welcome).skewMs).toBe(1_000));

describe('a welcome', () => {
  test('of the same start keeps what is known, so that the page goes on where it was', () => {
    const known = stateAfter(welcome, rows(0, 'c1'));
    expect(afterMessage(known, { ...welcome, at: 9_000 }, 4_000).connections?.at.get(0)?.id).toBe('c1');
  });

  test('of another start forgets it', () => {
    const known = stateAfter(welcome, rows(0, 'c1'));
    expect(afterMessage(known, { ...welcome, since: 200 }, 4_000).connections).toBeUndefined();
  });
});

describe('rows', () => {
  test('of the query at hand are shown', () => {
    const state = afterMessage(withQuery(INITIAL, 3), rows(4, 'c1'), 0);
    expect(state.connections?.at.get(0)?.id).toBe('c1');
  });

  test('of an earlier query are not', () => {
    expect(afterMessage(withQuery(INITIAL, 3), rows(2, 'c1'), 0).connections).toBeUndefined();
  });

  test('of the last query are forgotten with it', () => {
    expect(withQuery(stateAfter(rows(0, 'c1')), 1).connections).toBeUndefined();
  });
});

test('a refusal is shown until rows come', () => {
  const state = stateAfter({ type: 'refused', of: 'look', why: 'No.' });
  expect(state.refusal).toBe('No.');
  expect(afterMessage(state, rows(0, 'c1'), 0).refusal).toBeUndefined();
});

test('a message of a type that the page does not know changes nothing', () => {
  const state = stateAfter(welcome);
  expect(afterMessage(state, { type: 'of-the-future' } as unknown as DashboardMessage, 0)).toBe(state);
});
