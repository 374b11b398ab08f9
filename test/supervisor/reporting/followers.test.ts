import { expect, test, vi } from 'vitest';
import type { FollowedHandshake, HandshakeFollower } from '../../../src/supervisor/api/handshake-follower.js';
import { Followers } from '../../../src/supervisor/reporting/followers.js';
import { closeReport } from '../../cli/reports.js';

const KEY = {};
const BEGUN = { role: 'accepted', childId: 'door', request: {} } as Parameters<Followers['began']>[1];

/** Followers with those given attached, and a handshake that has begun under `KEY`. */
function followed(...parts: readonly FollowedHandshake[]) {
  const onThrow = vi.fn();
  const followers = new Followers(undefined, onThrow);
  for (const one of parts) followers.attach({ began: () => one });
  followers.began(KEY, BEGUN);
  return { followers, onThrow };
}

test.each([undefined, null, 1, {}, { began: 1 }, { began() {}, planned: 1 }])('%j is no follower', (given) => {
  const followers = new Followers(undefined, () => {});
  expect(() => followers.attach(given as unknown as HandshakeFollower)).toThrow(/^followHandshakes: follower/);
});

test('code runs once, within all contexts, the first follower outermost, and its result comes back', () => {
  const order: string[] = [];
  const around = (name: string): FollowedHandshake => ({
    run(code) {
      order.push(`${name} in`);
      code();
      code();
      order.push(`${name} out`);
    },
  });
  const { followers } = followed(around('a'), {}, around('b'));
  expect(followers.run(KEY, () => order.push('code'))).toBe(3);
  expect(order).toEqual(['a in', 'b in', 'code', 'b out', 'b in', 'b out', 'a out']);
});

test('code of a handshake that nobody follows just runs', () => {
  expect(followed().followers.run(KEY, () => 1)).toBe(1);
});

test('what the code throws comes back as it is, and is no fault of the followers', () => {
  const error = new Error('a bug');
  const { followers, onThrow } = followed({ run: (code) => code() });
  expect(() =>
    followers.run(KEY, () => {
      throw error;
    }),
  ).toThrow(error);
  expect(onThrow).not.toHaveBeenCalled();
});

test.each<[string, NonNullable<FollowedHandshake['run']>]>([
  [
    'throws before it has run the code',
    () => {
      throw new Error('a bug');
    },
  ],
  [
    'throws afterwards',
    (code) => {
      code();
      throw new Error('a bug');
    },
  ],
])('a follower that %s changes nothing, and is reported', (_what, run) => {
  const { followers, onThrow } = followed({ run });
  const code = vi.fn(() => 'result');
  expect(followers.run(KEY, code)).toBe('result');
  expect(code).toHaveBeenCalledOnce();
  expect(onThrow).toHaveBeenCalledOnce();
});

test('a follower that forgets to run the code does not prevent it', () => {
  expect(followed({ run: () => {} }).followers.run(KEY, () => 'result')).toBe('result');
});

test('fields are added to those of a dial; the own ones stay, in any case, and of two followers the first counts', () => {
  const { followers } = followed(
    { dials: (url) => ({ traceparent: url, baggage: 'a' }) },
    { dials: () => new Map([['Baggage', 'b']]) },
    { dials: () => undefined },
  );
  expect(followers.fieldsFor(KEY, { url: 'ws://h/', headers: { TraceParent: 'own' } })).toEqual({
    TraceParent: 'own',
    baggage: 'a',
  });
});

test('fields that HTTP does not allow are left out, and reported', () => {
  const { followers, onThrow } = followed({ dials: () => ({ 'x-id': 'a\r\nhost: evil' }) });
  expect(followers.fieldsFor(KEY, { url: 'ws://h/', headers: {} })).toEqual({});
  expect(onThrow).toHaveBeenCalledOnce();
});

test('the end is reported once, and nothing is kept after it', () => {
  const refused = vi.fn();
  const { followers } = followed({ refused });
  expect(followers.isIdle).toBe(false);
  followers.refused(KEY, { status: 403, why: 'origin' });
  followers.refused(KEY, { status: 403, why: 'origin' });
  expect(refused.mock.calls).toEqual([[{ status: 403, why: 'origin' }]]);
  expect(followers.isIdle).toBe(true);
});

test('nothing is kept once the handler has started, also when its start throws', () => {
  const { followers } = followed({});
  expect(() =>
    followers.runHandler(KEY, () => {
      throw new Error('a bug');
    }),
  ).toThrow('a bug');
  expect(followers.isIdle).toBe(true);
});

test('a dial that ends without an open connection has failed; one that opened has not', () => {
  const failed = vi.fn();
  const { openedAt: _openedAt, ...neverOpened } = closeReport();
  const { followers } = followed({ failed });
  followers.ended(KEY, neverOpened);
  followers.began(KEY, BEGUN);
  followers.ended(KEY, closeReport({ openedAt: 1 }));
  expect(failed.mock.calls).toEqual([[neverOpened]]);
  expect(followers.isIdle).toBe(true);
});

test('a follower of a parent sees the handshakes of its children, and gets back what it planned', () => {
  const root = new Followers(undefined, () => {});
  const child = new Followers(root, () => {});
  const began = vi.fn(() => undefined);
  const first = root.attach({ began, planned: () => 'first' });
  child.attach({ began, planned: () => 'second' });
  const origins = child.planned();
  const handshake = { role: 'dialed', childId: 'feed', connection: {}, attempt: 1 } as const;
  child.began(KEY, { ...handshake, origins } as Parameters<Followers['began']>[1]);
  expect(began.mock.calls).toEqual([[{ ...handshake, origin: 'second' }], [{ ...handshake, origin: 'first' }]]);
  first();
  expect([root.isFollowed, child.isFollowed]).toEqual([false, true]);
});
