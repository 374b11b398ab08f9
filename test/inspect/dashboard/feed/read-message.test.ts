import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMessage } from '../../../../src/inspect/dashboard/feed/read-message.js';
import type { ViewerMessage } from '../../../../src/inspect/dashboard/protocol.js';

const MESSAGES: readonly ViewerMessage[] = [
  { type: 'series', resolution: 'minute' },
  {
    type: 'look',
    look: 3,
    table: 'connections',
    query: {
      search: 'x',
      state: 'open',
      role: 'dialed',
      childId: 'c',
      minBufferedBytes: 1,
      sort: { by: 'state', descending: true },
    },
    first: 0,
    count: 50,
  },
  {
    type: 'look',
    look: 4,
    table: 'endings',
    query: { outcome: 'failed', trigger: 'idle', code: 1006, sort: { by: 'openMs', descending: false } },
    first: 10,
    count: 20,
  },
  { type: 'look-away', table: 'endings' },
  { type: 'follow', subject: { machine: 'connection', connectionId: 'c1' } },
  { type: 'follow', subject: { machine: 'dialer', supervisor: 's', childId: 'd' } },
  { type: 'follow', subject: { machine: 'supervisor', supervisor: 's' } },
  { type: 'follow', subject: { machine: 'supervisor', supervisor: `${encodeURIComponent('<'.repeat(128))}/b` } },
  { type: 'unfollow' },
  { type: 'act', request: 1, action: { kind: 'close', connectionId: 'c1', code: 4000, reason: 'why' } },
  { type: 'act', request: 2, action: { kind: 'terminate', connectionId: 'c1' } },
  { type: 'act', request: 3, action: { kind: 'drain', supervisor: 's', share: 0.5, spreadMs: 1000 } },
  { type: 'act', request: 4, action: { kind: 'redial', supervisor: 's', childId: 'd' } },
];

test.each(MESSAGES)('reads $type', (message) => {
  expect(readMessage(JSON.stringify(message))).toEqual({ message });
});

test('leaves out what it does not know, and shortens a window that is too long', () => {
  const text = '{"type":"look","look":1,"table":"endings","query":{"regex":"(a+)+$"},"first":0,"count":1e6,"x":1}';
  expect(readMessage(text)).toEqual({
    message: { type: 'look', look: 1, table: 'endings', query: {}, first: 0, count: 200 },
  });
});

test.each([
  ['', 'the message is no JSON', undefined],
  ['[]', 'the message is no object', undefined],
  ['null', 'the message is no object', undefined],
  ['{"type":"constructor"}', 'type is not allowed; allowed are series, look,', undefined],
  ['{"type":"series","resolution":"hour"}', 'resolution is not allowed', 'series'],
  ['{"type":"look","look":-1,"first":0,"count":0}', 'look is not allowed', 'look'],
  ['{"type":"look","look":1,"first":0.5,"count":0}', 'first is not allowed', 'look'],
  ['{"type":"follow","subject":{"machine":"connection","connectionId":7}}', 'connectionId is not allowed', 'follow'],
  ['{"type":"act","request":1,"action":{"kind":"drain","supervisor":"s","share":null}}', 'share is no number', 'act'],
])('%s: %s', (text, why, of) => {
  const read = readMessage(text);
  expect(read).toMatchObject({ why: expect.stringContaining(why) });
  expect('of' in read ? read.of : undefined).toBe(of);
});

test('a search of megabytes is refused', () => {
  const query = { search: 'x'.repeat(1_000_000) };
  const message = { type: 'look', look: 1, table: 'endings', query, first: 0, count: 1 };
  expect(readMessage(JSON.stringify(message))).toMatchObject({ of: 'look' });
});

test('never throws, whatever comes', () => {
  const types = fc.constantFrom(...MESSAGES.map(({ type }) => type));
  const odd = fc.oneof(
    fc.json(),
    fc.string(),
    fc.record({ type: types, query: fc.jsonValue() }).map((o) => JSON.stringify(o)),
  );
  fc.assert(fc.property(odd, (text) => 'why' in readMessage(text) || 'message' in readMessage(text)));
});
