import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { redisBroker } from '../../../src/adapters/redis/redis-broker.js';
import type { BrokerLink, BrokerLog, LogEntry, LogPlace } from '../../../src/cluster/port/broker.js';
import { systemClock } from '../../../src/index.js';
import { isRedisMissing, sayIfRedisIsMissing, startRedis } from '../../cluster/a-redis-server.js';
import type { BrokerServer } from '../../cluster/broker-server.js';
import { freePorts } from '../../foreign/program.js';
import { eventually } from '../../support/eventually.js';

sayIfRedisIsMissing();

const spec = { name: 'log', messages: 10, ageMs: 600_000 };
/** Long enough for what is done at once on a busy machine. */
const SHORT_MS = 3_000;
const message = (text: string) => ({ payload: Buffer.from(text), headers: {} });
const textOf = ({ payload }: { readonly payload: Uint8Array }) => Buffer.from(payload).toString();

describe.skipIf(isRedisMissing)('the log of Redis', () => {
  let server: BrokerServer;
  let folder: string;
  let links: BrokerLink[];

  const link = async (options: Parameters<typeof redisBroker>[0] = {}) => {
    const broker = redisBroker({ url: `redis://${server.url}`, ...options });
    const made = await broker.connect({ node: 'n', signal: new AbortController().signal, clock: systemClock });
    links.push(made);
    return made;
  };

  /** Commands of somebody else. */
  async function redis(...words: readonly string[]): Promise<unknown> {
    const client = createClient({ url: `redis://${server.url}` });
    await client.connect();
    const reply: unknown = await client.sendCommand(words);
    await client.close();
    return reply;
  }

  async function stored(log: BrokerLog, text: string, key = 'tea'): Promise<LogPlace> {
    const result = await log.append(key, message(text), 1_000);
    if (result.kind !== 'stored') throw new Error('it was not stored');
    return result.place;
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wirekeeper-redis-'));
    server = await startRedis({ port: (await freePorts(1))[0] ?? 0, folder });
    links = [];
  });
  afterEach(async () => {
    await Promise.all(links.map((made) => made.close()));
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const restart = async () => {
    await server.stop('SIGKILL');
    server = await startRedis({ port: server.port, folder });
  };

  test('goes on after a restart that it survives, and is another one after one that may have lost entries', async () => {
    const before = await (await link({ survivesRestart: true })).openLog(spec);
    const place = await stored(before, 'x');
    await restart();
    const after = await (await link({ survivesRestart: true })).openLog(spec);
    expect(after.epoch).toBe(before.epoch);
    expect(await after.last('tea')).toEqual(place);
    const other = await (await link()).openLog(spec);
    expect(other.epoch).not.toBe(before.epoch);
    expect(await other.last('tea')).toBeUndefined();
    expect((await stored(other, 'y')).offset).toBeGreaterThan(place.offset);
  });

  test('knows what it has dropped: by number, by age, and when nothing is left', async () => {
    const log = await (await link()).openLog({ ...spec, messages: 2, ageMs: SHORT_MS });
    const places: LogPlace[] = [];
    for (const text of ['a', 'b', 'c', 'd']) places.push(await stored(log, text));
    const [first, second, , last] = places as [LogPlace, LogPlace, LogPlace, LogPlace];
    const read = async (after: LogPlace, most = 10) => {
      const { entries, isComplete } = await log.read('tea', after, most);
      return [entries.map(textOf).join(''), isComplete];
    };
    expect(await read(first)).toEqual(['cd', false]);
    expect(await read(second)).toEqual(['cd', true]);
    expect(await read(second, 1)).toEqual(['c', true]);
    await expect.poll(() => redis('EXISTS', `wk-log:{log}:${log.epoch}:tea`), { timeout: 15_000 }).toBe(0);
    // The place of the last one is known for longer.
    expect(await log.last('tea')).toEqual(last);
    expect(await read(second)).toEqual(['', false]);
    expect(await read(last)).toEqual(['', true]);
    const [got]: [LogEntry[]] = [[]];
    log.follow('tea', (entry) => got.push(entry));
    await stored(log, 'e');
    expect(await read(second)).toEqual(['e', false]);
    expect(await read(last)).toEqual(['e', true]);
    await eventually(() => got.length === 1);
    expect(got[0]?.previous).toBe(last.offset);
  });

  test('drops what is too old from a stream that goes on', async () => {
    const log = await (await link()).openLog({ ...spec, messages: 1_000, ageMs: SHORT_MS });
    const entries = `wk-log:{log}:${log.epoch}:tea`;
    for (let index = 0; index < 6; index += 1) await stored(log, 'old');
    const until = Date.now() + SHORT_MS + 100;
    // More often than the age: the stream never ends.
    while (Date.now() < until) {
      await stored(log, 'new');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (let index = 0; index < 3; index += 1) await stored(log, 'new');
    const { entries: left } = await log.read('tea', { offset: 0, at: 0 }, 1_000);
    expect(new Set(left.map(textOf))).toEqual(new Set(['new']));
    expect(await redis('XLEN', entries)).toBe(left.length);
  });

  test('in doubt is not complete: for a place of long ago, once Redis knows of nothing before', async () => {
    const log = await (await link()).openLog(spec);
    const now = Date.now();
    const isComplete = async (after: LogPlace) => (await log.read('tea', after, 10)).isComplete;
    expect(await isComplete({ offset: 0, at: now })).toBe(true);
    expect(await isComplete({ offset: 7, at: now - 3 * 86_400_000 })).toBe(false);
    await stored(log, 'x');
    expect(await isComplete({ offset: 0, at: now })).toBe(true);
    expect(await isComplete({ offset: 0, at: now - 3 * 86_400_000 })).toBe(false);
  });

  test.each([
    ['an append', (log: BrokerLog) => log.append('tea', message('x'), 1_000)],
    ['a read', (log: BrokerLog) => log.read('tea', { offset: 0, at: 0 }, 1).catch(() => {})],
  ])('the link ends when %s finds that the log was deleted', async (_what, use) => {
    const made = await link();
    const log = await made.openLog(spec);
    await redis('FLUSHALL');
    await use(log);
    expect(await made.ended).toEqual(new Error('Redis has lost the log log'));
  });

  test('the link of one who only follows ends when another has made the log again', async () => {
    const [follower, other] = [await link(), await link()];
    const log = await follower.openLog(spec);
    log.follow('tea', () => {
      throw new Error('it must not be called');
    });
    await redis('FLUSHALL');
    await stored(await other.openLog(spec), 'x');
    expect(await follower.ended).toEqual(new Error('Redis has lost the log log'));
  });

  test('what another program publishes on its channel is no entry', async () => {
    const log = await (await link()).openLog(spec);
    const got: string[] = [];
    log.follow('tea', (entry) => got.push(textOf(entry)));
    await stored(log, 'ready');
    for (const said of ['', 'hello', 'a b c\n\n', `${log.epoch} 5\n`]) await redis('PUBLISH', 'wk-log.log.tea', said);
    await stored(log, 'x');
    await eventually(() => got.includes('x'));
    expect(got).toEqual(['ready', 'x']);
  });

  test('goes on when Redis has forgotten its scripts, and says what Redis refuses', async () => {
    const log = await (await link()).openLog(spec);
    await stored(log, 'x');
    await redis('SCRIPT', 'FLUSH');
    await stored(log, 'y');
    await redis('CONFIG', 'SET', 'maxmemory', '1');
    const refused = await log.append('tea', message('z'), 1_000);
    expect(refused).toMatchObject({ kind: 'refused', error: { message: expect.stringContaining('OOM') } });
    await redis('CONFIG', 'SET', 'maxmemory', '0');
    expect((await log.read('tea', { offset: 0, at: 0 }, 10)).entries.map(textOf)).toEqual(['x', 'y']);
  });
});
