import { expect, test } from 'vitest';
import { readTalk, type Talk, writeTalk } from '../../src/cluster/talk.js';

const member = { id: '1', key: 'ann', presence: null };
const said: readonly Talk[] = [
  {
    type: 'beat',
    node: 'a',
    count: 3,
    isNew: true,
    answers: null,
    isDraining: false,
    changed: [['tea', 5]],
    stored: [['tea', 'e', 7]],
    followed: ['tea'],
    missed: ['b'],
  },
  { type: 'bye', node: 'a' },
  { type: 'close', node: 'a', request: 1, identity: 'ann', code: 4001, reason: '' },
  { type: 'count', node: 'a', request: 1, topic: 'tea' },
  { type: 'answer', node: 'a', request: 1, value: 3 },
  { type: 'who', node: 'a', topic: 'tea' },
  { type: 'ask', node: 'a', topic: 'tea' },
  { type: 'snapshot', node: 'a', topic: 'tea', version: 1, part: 0, parts: 1, members: [member] },
  { type: 'diff', node: 'a', topic: 'tea', from: 0, to: 1, joins: [member], leaves: [], isMove: false },
];

test.each(said)('$type is read as it was written', (talk) => {
  expect(readTalk(writeTalk(talk))).toEqual(talk);
});

test.each(said)('$type with a field that is missing or wrong is nothing that a node says', (talk) => {
  for (const field of Object.keys(talk)) {
    for (const odd of [undefined, {}, [5], [{ id: 1, key: 'x' }]])
      expect(() => readTalk(Buffer.from(JSON.stringify({ ...talk, [field]: odd })))).toThrow();
  }
});

test.each(['', '{', 'null', '[]', '5', '{"type":"constructor","node":"a"}'])(
  '%j is nothing that a node says',
  (text) => {
    expect(() => readTalk(Buffer.from(text))).toThrow();
  },
);
