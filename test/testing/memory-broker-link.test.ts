import { expect, test } from 'vitest';
import type { BrokerLink } from '../../src/cluster/port/broker.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryBroker } from '../../src/testing/memory-broker.js';

async function twoLinks() {
  const clock = createHeapClock();
  const broker = createMemoryBroker(clock);
  const connect = (node: string) => broker.connect({ node, signal: new AbortController().signal, clock });
  const [a, b] = [await connect('a'), await connect('b')];
  const got: string[] = [];
  b.subscribe('s', ({ payload }) => got.push(Buffer.from(payload).toString()));
  await clock.advanceAsync(0);
  return { clock, broker, connect, a, b, got };
}

const say = (link: BrokerLink, text: string) => link.publish('s', { payload: Buffer.from(text), headers: {} });

test('an isolated node hears nothing; healed in time it has lost nothing', async () => {
  const { clock, broker, a, got } = await twoLinks();
  broker.isolate('b');
  say(a, 'x');
  await clock.advanceAsync(3_999);
  expect(got).toEqual([]);
  broker.heal('b');
  await clock.advanceAsync(10_000);
  expect([got, broker.nodes]).toEqual([['x'], ['a', 'b']]);
});

test('an isolated node loses its link after a while, with what was on its way, and cannot come back until healed', async () => {
  const { clock, broker, connect, a, b, got } = await twoLinks();
  broker.isolate('b');
  say(a, 'x');
  await clock.advanceAsync(4_000);
  expect(await b.ended).toBeInstanceOf(Error);
  await expect(connect('b')).rejects.toThrow('cannot be reached');
  broker.heal('b');
  await connect('b');
  await clock.advanceAsync(0);
  expect([got, broker.nodes]).toEqual([[], ['a', 'b']]);
});

test('deliveries are dropped, doubled, and delayed by script', async () => {
  const { clock, broker, a, got } = await twoLinks();
  const fates = ['drop', 'twice', { afterMs: 50 }, 'deliver'] as const;
  let count = 0;
  broker.script(({ subject, node }) => {
    expect([subject, node]).toEqual(['s', 'b']);
    return fates[count++] ?? 'deliver';
  });
  for (const text of ['1', '2', '3', '4']) say(a, text);
  await clock.advanceAsync(49);
  expect(got).toEqual(['2', '2']);
  await clock.advanceAsync(1);
  expect(got).toEqual(['2', '2', '3', '4']);
});

test('a node that connects again ends its link before', async () => {
  const { broker, connect, a } = await twoLinks();
  await connect('a');
  expect(await a.ended).toBeInstanceOf(Error);
  expect(broker.nodes).toEqual(['b', 'a']);
});
