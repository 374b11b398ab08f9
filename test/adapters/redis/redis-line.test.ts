import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { redisBroker } from '../../../src/adapters/redis/redis-broker.js';
import type { BrokerLink } from '../../../src/cluster/port/broker.js';
import { systemClock } from '../../../src/index.js';
import { isRedisMissing, sayIfRedisIsMissing, startRedis } from '../../cluster/a-redis-server.js';
import type { BrokerServer } from '../../cluster/broker-server.js';
import { eventually } from '../../support/eventually.js';

sayIfRedisIsMissing();

const message = (text: string) => ({ payload: Buffer.from(text), headers: {} });

describe.skipIf(isRedisMissing)('a link with Redis', () => {
  let server: BrokerServer;
  let link: BrokerLink;

  const connect = (options: Parameters<typeof redisBroker>[0] = {}) =>
    redisBroker({ url: `redis://${server.url}`, ...options }).connect({
      node: 'n',
      signal: new AbortController().signal,
      clock: systemClock,
    });

  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    await link.close();
    await server.stop();
  });

  test('ends when Redis stands still, and a close that waits for it resolves then', async () => {
    link = await connect({ pingIntervalMs: 100 });
    server.signal('SIGSTOP');
    link.publish('wk.x', message('x'));
    await link.close();
    expect(await link.ended).toBeUndefined();
    const other = connect({ pingIntervalMs: 100, connection: { socket: { connectTimeout: 200 } } });
    server.signal('SIGCONT');
    link = await other;
    server.signal('SIGSTOP');
    expect(await link.ended).toEqual(new Error('Redis has not answered 2 Pings in a row'));
    server.signal('SIGCONT');
  });

  test('takes no more once more bytes wait for Redis than are allowed, and again when it has answered', async () => {
    link = await connect({ maxBufferedBytes: 1_000, pingIntervalMs: 60_000 });
    server.signal('SIGSTOP');
    const taken = [1, 2, 3, 4].map(() => link.publish('wk.x', { payload: Buffer.alloc(600), headers: {} }));
    expect(taken).toEqual([true, true, false, false]);
    server.signal('SIGCONT');
    await eventually(() => link.publish('wk.x', message('x')));
  });

  test('ends, so that it is no silent loss, when Redis does not let it listen or publish', async () => {
    const admin = await connect();
    link = admin;
    const { createClient } = await import('@redis/client');
    const client = createClient({ url: `redis://${server.url}` });
    await client.connect();
    await client.sendCommand(['ACL', 'SETUSER', 'mute', 'on', '>secret', '+@all', 'allkeys', 'resetchannels']);
    await client.close();
    const connection = { username: 'mute', password: 'secret' };
    const [listening, publishing] = [await connect({ connection }), await connect({ connection })];
    listening.subscribe('wk.x', () => {});
    publishing.publish('wk.x', message('x'));
    for (const each of [listening, publishing]) expect(String(await each.ended)).toContain('NOPERM');
    await Promise.all([listening.close(), publishing.close()]);
  });

  test('leaves and listens again before Redis has answered, and hears what is published then', async () => {
    link = await connect();
    const got: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const leave = link.subscribe('wk.x', () => got.push('left'));
      if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      leave();
    }
    link.subscribe('wk.x', ({ payload }) => got.push(Buffer.from(payload).toString()));
    link.publish('wk.x', message('now'));
    await eventually(() => got.length > 0);
    expect(got).toEqual(['now']);
  });
});
