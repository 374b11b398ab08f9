import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Gaps } from '../../src/cluster/gaps.js';
import type { BrokerLink } from '../../src/cluster/port/broker.js';

/** A link of which only the answers to flushes matter. */
class FlushedLink implements Pick<BrokerLink, 'flush'> {
  readonly asked: { resolve(): void; reject(error: Error): void }[] = [];

  flush(): Promise<void> {
    return new Promise((resolve, reject) => this.asked.push({ resolve, reject }));
  }
}

function gapsOf(link: FlushedLink) {
  const reported: string[] = [];
  return { gaps: new Gaps(link as unknown as BrokerLink, (topic) => reported.push(topic)), reported };
}

test('a gap is reported when the broker has dealt with the subscription, and not before', async () => {
  const link = new FlushedLink();
  const { gaps, reported } = gapsOf(link);
  gaps.add('tea');
  await turn();
  expect(reported).toEqual([]);
  link.asked[0]?.resolve();
  await turn();
  expect(reported).toEqual(['tea']);
});

test('many share a question, and those that come meanwhile wait for the next one', async () => {
  const link = new FlushedLink();
  const { gaps, reported } = gapsOf(link);
  for (const topic of ['a', 'b', 'c']) gaps.add(topic);
  link.asked[0]?.resolve();
  await turn();
  expect([reported, link.asked.length]).toEqual([['a'], 2]);
  link.asked[1]?.resolve();
  await turn();
  expect([reported, link.asked.length]).toEqual([['a', 'b', 'c'], 2]);
  gaps.add('d');
  expect(link.asked).toHaveLength(3);
});

test('a link that ends reports none, whether it answers or not', async () => {
  for (const answer of ['resolve', 'reject'] as const) {
    const link = new FlushedLink();
    const { gaps, reported } = gapsOf(link);
    gaps.add('tea');
    gaps.end();
    link.asked[0]?.[answer](new Error('the link has ended'));
    await turn();
    expect(reported).toEqual([]);
  }
});
