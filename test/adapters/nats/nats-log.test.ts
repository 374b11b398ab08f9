import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadNats } from '../../../src/adapters/nats/load-nats.js';
import { natsBroker } from '../../../src/adapters/nats/nats-broker.js';
import { NatsLog } from '../../../src/adapters/nats/nats-log.js';
import { resolveNats } from '../../../src/adapters/nats/resolve-nats.js';
import type { BrokerLink } from '../../../src/cluster/port/broker.js';
import { systemClock } from '../../../src/index.js';
import { isNatsMissing, type NatsServer, sayIfNatsIsMissing, startNats } from '../../cluster/a-nats-server.js';
import { eventually } from '../../support/eventually.js';

sayIfNatsIsMissing();

const spec = { name: 'log', messages: 10, ageMs: 2_000 };
const message = (text: string) => ({ payload: Buffer.from(text), headers: {} });

describe.skipIf(isNatsMissing)('the log of NATS', () => {
  let server: NatsServer;
  let links: BrokerLink[];

  const link = async (options: Parameters<typeof natsBroker>[0] = {}) => {
    const broker = natsBroker({ servers: server.url, ...options });
    const made = await broker.connect({ node: 'n', signal: new AbortController().signal, clock: systemClock });
    links.push(made);
    return made;
  };

  beforeEach(async () => {
    server = await startNats();
    links = [];
  });
  afterEach(async () => {
    await Promise.all(links.map((made) => made.close()));
    await server.stop();
  });

  test('is found again as it is by nodes that would have made it otherwise', async () => {
    const [first, second] = [await link({ storage: 'memory' }), await link({ storage: 'file' })];
    const one = await first.openLog(spec);
    await one.append('tea', message('x'), 1_000);
    const two = await second.openLog(spec);
    expect(two.epoch).toBe(one.epoch);
    expect((await two.last('tea'))?.offset).toBe(1);
  });

  test('is one log that answers, for nodes that make it at once', async () => {
    const made = await Promise.all([link(), link(), link(), link()]);
    for (let round = 0; round < 20; round += 1) {
      const opened = await Promise.all(
        made.map(async (each) => {
          const log = await each.openLog({ ...spec, name: `new-${round}` });
          return { epoch: log.epoch, last: await log.last('tea') };
        }),
      );
      expect(opened).toEqual(opened.map(() => ({ epoch: opened[0]?.epoch, last: undefined })));
    }
  }, 60_000);

  test('has another epoch after it was lost', async () => {
    const made = await link();
    const before = await made.openLog(spec);
    const other = await made.openLog({ ...spec, name: 'other' });
    expect(other.epoch).not.toBe(before.epoch);
  });

  test('does not say that all is there when entries may have become too old', async () => {
    const log = await (await link()).openLog(spec);
    const stored = await log.append('tea', message('old'), 1_000);
    if (stored.kind !== 'stored') throw new Error('it was not stored');
    await log.append('tea', message('older'), 1_000);
    expect((await log.read('tea', stored.place, 10)).isComplete).toBe(true);
    await eventuallyGone(async () => (await log.last('tea')) === undefined);
    expect(await log.read('tea', stored.place, 10)).toEqual({ entries: [], isComplete: false });
    await log.append('tea', message('new'), 1_000);
    const { entries, isComplete } = await log.read('tea', stored.place, 10);
    expect([entries.length, isComplete]).toEqual([1, false]);
  });

  test('knows when it is empty for a place of just now, from which nothing can be missing', async () => {
    const log = await (await link()).openLog({ ...spec, ageMs: 600_000 });
    const start = { offset: 0, at: Date.now() };
    await log.append('tea', message('x'), 1_000);
    expect((await log.read('tea', start, 10)).isComplete).toBe(true);
    expect((await log.read('tea', { offset: 0, at: start.at - 600_000 }, 10)).isComplete).toBe(false);
  });

  test.each([
    { messages: 1_000, stored: 300, isComplete: true },
    { messages: 300, stored: 300, isComplete: false },
    { messages: 200, stored: 300, isComplete: false },
  ])('hundreds are read from the start in batches: $stored where $messages are kept', async (own) => {
    const made = await link();
    const log = await made.openLog({ name: 'many', messages: own.messages, ageMs: 600_000 });
    const place = { offset: 0, at: Date.now() };
    for (let sent = 0; sent < own.stored; sent += 50) {
      const numbers = Array.from({ length: 50 }, (_, index) => sent + index);
      await Promise.all(numbers.map(() => log.append('other', message('no'), 5_000)));
      await Promise.all(numbers.map((each) => log.append('tea', message(String(each)), 5_000)));
    }
    const first = await log.read('tea', place, 128);
    const kept = Math.min(own.messages, own.stored);
    expect([first.entries.length, first.isComplete]).toEqual([128, own.isComplete]);
    const rest = await log.read('tea', first.entries.at(-1) ?? place, 1_000);
    expect([rest.entries.length, rest.isComplete]).toEqual([kept - 128, true]);
    const all = [...first.entries, ...rest.entries];
    const texts = all.map(({ payload }) => Buffer.from(payload).toString());
    expect(new Set(texts)).toEqual(
      new Set(Array.from({ length: kept }, (_, index) => String(own.stored - kept + index))),
    );
    const offsets = all.map(({ offset }) => offset);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    for (const { at } of all) expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  });

  test('a follower whose connection has ended hears nothing', async () => {
    const made = await link();
    const log = await made.openLog(spec);
    await made.close();
    log.follow('tea', () => {
      throw new Error('it must not be called');
    })();
    expect((await log.append('tea', message('x'), 200)).kind).toBe('unconfirmed');
  });
});

describe('a stream that another node is just making', () => {
  const settings = resolveNats({});
  const CREATED = '2026-01-02T03:04:05.678Z';

  /** NATS as it speaks of a stream that is not finished: `deafFor` questions have no answer, and it has no age. */
  function unfinishedStream(deafFor: number) {
    const nats = loadNats();
    let asked = 0;
    const info = async () => ({
      created: asked > deafFor ? CREATED : '0001-01-01T00:00:00Z',
      config: { name: 'WK_log' },
    });
    const getMessage = async () => {
      asked += 1;
      if (asked <= deafFor) throw new nats.errors.TimeoutError();
      return null;
    };
    const jetstreamManager = async () => ({ streams: { info, add: info }, direct: { getMessage } });
    const open = () =>
      NatsLog.open({} as NatsConnection, { ...nats, jetstreamManager, jetstream: () => ({}) } as never, settings, spec);
    return { open, nats, asked: () => asked };
  }

  test.each([0, 1, 5])(
    'is asked again until it answers, and has its epoch then: after %i questions',
    async (deafFor) => {
      const { open, asked } = unfinishedStream(deafFor);
      expect((await open()).epoch).toBe('2026-01-02T03-04-05-678Z');
      expect(asked()).toBe(deafFor + 1);
    },
  );

  test('is no log if it never answers', async () => {
    const { open, nats } = unfinishedStream(Number.POSITIVE_INFINITY);
    await expect(open()).rejects.toThrow(nats.errors.TimeoutError);
  });
});

/** NATS drops what is too old once a second or so. */
async function eventuallyGone(isGone: () => Promise<boolean>): Promise<void> {
  let gone = false;
  await eventually(
    () => {
      void isGone().then((now) => {
        gone ||= now;
      });
      return gone;
    },
    'too old',
    10_000,
  );
}
