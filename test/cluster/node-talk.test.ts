import { expect, test } from 'vitest';
import { NodeTalk, type TalkHandlers } from '../../src/cluster/node-talk.js';
import type { Changed, Stored } from '../../src/cluster/talk.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryBroker } from '../../src/testing/memory-broker.js';

/** Two nodes that only talk, and what each does about it. */
async function twoNodes() {
  const clock = createHeapClock();
  const broker = createMemoryBroker(clock);
  const node = async (id: string) => {
    const done: string[] = [];
    const handlers: TalkHandlers = {
      closeIdentity: (identity, code) => done.push(`close ${identity} ${code}`),
      count: () => 7,
      hearPresence: (talk) => done.push(talk.type),
      expectPresence: (from, changed: Changed) => done.push(`${from} has ${changed.join('@')}`),
      expectStored: (stored: Stored) => done.push(stored.join(' ')),
      remindOf: (topic) => done.push(`${topic} is followed`),
      remindOfAll: () => done.push('something was missed here'),
      missed: () => done.push('missed something'),
      gone: (gone, isMove) => done.push(`${gone} ${isMove ? 'moved' : 'lost'}`),
    };
    const settings = { name: 'chat', heartbeatMs: 1_000, lostAfterMs: 5_000 };
    const talk = new NodeTalk(id, settings, clock, (event) => done.push(event.type), handlers);
    const link = await broker.connect({ node: id, signal: new AbortController().signal, clock });
    talk.up(link);
    await clock.advanceAsync(0);
    return { talk, done, link };
  };
  const [a, b] = [await node('a'), await node('b')];
  a.done.length = 0;
  b.done.length = 0;
  return { clock, broker, a, b };
}

test('a question is answered by all others, in turn', async () => {
  const { clock, a, b } = await twoNodes();
  const counted = a.talk.countElsewhere('tea', 100);
  const closed = a.talk.closeElsewhere('ann', 4001, '', 100);
  await clock.advanceAsync(0);
  expect(await counted).toEqual({ values: new Map([['b', 7]]), unanswered: [] });
  expect((await closed).values.get('b')).toBe(1);
  expect([a.done, b.done]).toEqual([[], ['close ann 4001']]);
});

test('what has changed is repeated by the next three heartbeats', async () => {
  const { clock, a, b } = await twoNodes();
  a.talk.changed('tea', 5);
  a.talk.stored('tea', 'e', 9);
  await clock.advanceAsync(6_000);
  expect(b.done).toEqual(Array.from({ length: 3 }, () => ['a has tea@5', 'tea e 9']).flat());
  // It may have missed what it has stored itself.
  expect(a.done).toEqual(['tea e 9', 'tea e 9', 'tea e 9']);
});

test('presence goes to those who follow it, and to one node', async () => {
  const { clock, a, b } = await twoNodes();
  a.talk.sayTo('b', { type: 'ask', node: 'a', topic: 'tea' });
  await clock.advanceAsync(0);
  expect(b.done).toEqual(['ask']);
});

test('after its leave a node says nothing, so that nobody takes it for one that has come', async () => {
  const { clock, a, b } = await twoNodes();
  b.talk.bye();
  expect(b.talk.say('x', { type: 'bye', node: 'b' })).toBe(false);
  a.talk.drain();
  await clock.advanceAsync(3_000);
  expect(a.done).toEqual(['node.left', 'b moved']);
});

test('a node that has left has moved its members; one that is lost has lost them', async () => {
  const { clock, a, b } = await twoNodes();
  b.talk.bye();
  await clock.advanceAsync(0);
  expect(a.done).toEqual(['node.left', 'b moved']);
  expect(a.talk.nodes).toEqual([{ id: 'a', isSelf: true, isDraining: false }]);
  b.talk.up(b.link);
  await clock.advanceAsync(0);
  b.talk.down();
  await clock.advanceAsync(10_000);
  expect(a.done.slice(-3)).toEqual(['node.silent', 'node.lost', 'b lost']);
});

test('without a link nobody hears, and a drain is said when there is one', async () => {
  const { clock, a, b } = await twoNodes();
  a.talk.down();
  expect(a.talk.say('x', { type: 'bye', node: 'a' })).toBe(false);
  a.talk.drain();
  expect((await a.talk.countElsewhere('tea', 100)).unanswered).toEqual(['b']);
  a.talk.up(a.link);
  await clock.advanceAsync(0);
  expect([b.done.at(-1), b.talk.isDraining('a'), a.talk.isDraining('a'), b.talk.isDraining('b')]).toEqual([
    'node.draining',
    true,
    true,
    false,
  ]);
});

test('heartbeats say three times which topics are followed', async () => {
  const { clock, a, b } = await twoNodes();
  a.talk.sayFollowed('tea');
  await clock.advanceAsync(10_000);
  expect(b.done).toEqual(['tea is followed', 'tea is followed', 'tea is followed']);
});

test('a node whose heartbeat was missed is asked to repeat what it has said', async () => {
  const { clock, broker, a, b } = await twoNodes();
  broker.script(({ node, subject }) => (node === 'b' && subject === a.talk.subjects.nodes ? 'drop' : 'deliver'));
  await clock.advanceAsync(1_000);
  broker.script();
  expect([a.done, b.done]).toEqual([[], []]);
  await clock.advanceAsync(10_000);
  expect(b.done).toEqual(['missed something']);
  expect(a.done).toEqual(Array.from({ length: 3 }, () => 'something was missed here'));
});
