/** What every broker has to do, checked on a real one and on the one in memory. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Broker, BrokerLink, BrokerMessage, LogEntry, LogSpec } from '../../src/cluster/port/broker.js';
import { systemClock } from '../../src/supervisor/api/clock.js';
import { eventually } from '../support/eventually.js';

/** A broker under test. */
export interface BrokerUnderTest {
  readonly broker: Broker;
  /** Ends all links, as a broker that was killed. Not called twice. */
  lose(): Promise<void>;
  stop(): Promise<void>;
}

const message = (text: string, headers: Readonly<Record<string, string>> = {}): BrokerMessage => ({
  payload: Buffer.from(text),
  headers,
});
const textOf = ({ payload }: BrokerMessage) => Buffer.from(payload).toString();

let logs = 0;

/** A log that no test before has used. */
function aLog(own: Partial<LogSpec> = {}): LogSpec {
  logs += 1;
  return { name: `log-${logs}`, messages: 100, ageMs: 600_000, ...own };
}

export function checkBroker(name: string, start: () => Promise<BrokerUnderTest>): void {
  describe(`${name} is a broker:`, () => {
    let under: BrokerUnderTest;
    let a: BrokerLink;
    let b: BrokerLink;

    const connect = (node: string) =>
      under.broker.connect({ node, signal: new AbortController().signal, clock: systemClock });

    beforeEach(async () => {
      under = await start();
      [a, b] = [await connect('node-a'), await connect('node-b')];
    });
    afterEach(async () => {
      await Promise.all([a.close(), b.close()]);
      await under.stop();
    });

    /** Messages of a subject, once the broker knows that they are wanted. */
    async function listening(link: BrokerLink, subject: string): Promise<string[]> {
      const got: string[] = [];
      link.subscribe(subject, (each) => got.push(textOf(each)));
      await eventually(() => {
        if (got.length > 0) return true;
        link.publish(subject, message('ready'));
        return false;
      });
      await quiet(link, got);
      return got;
    }

    /** Waits until all that was published on a link has come back, and forgets it. */
    async function quiet(link: BrokerLink, got: string[]): Promise<void> {
      let isThere = false;
      const leave = link.subscribe('quiet', () => {
        isThere = true;
      });
      link.publish('quiet', message(''));
      await eventually(() => isThere);
      leave();
      got.length = 0;
    }

    test('a message reaches every link that has subscribed, the own one too, with its bytes and header fields', async () => {
      const [gotA, gotB] = [await listening(a, 'wk.one'), await listening(b, 'wk.one')];
      await quiet(a, gotA);
      const fields: BrokerMessage[] = [];
      a.subscribe('wk.one', (each) => fields.push(each));
      const payload = Buffer.from([0, 1, 254, 255, 10, 13]);
      expect(a.publish('wk.one', { payload, headers: { 'wk-kind': 'binary', 'wk-other': 'a b:c' } })).toBe(true);
      await eventually(() => gotA.length + gotB.length === 2 && fields.length === 1);
      expect(fields.map((each) => Buffer.from(each.payload))).toEqual([payload]);
      expect(fields[0]?.headers).toMatchObject({ 'wk-kind': 'binary', 'wk-other': 'a b:c' });
    });

    test('messages of a link come in order, and those of other subjects do not come', async () => {
      const got = await listening(b, 'wk.order');
      const sent = Array.from({ length: 500 }, (_, index) => String(index));
      for (const text of sent) {
        a.publish('wk.order.more', message('no'));
        a.publish('wk.orde', message('no'));
        a.publish('wk.order', message(text));
      }
      await eventually(() => got.length >= sent.length);
      expect(got).toEqual(sent);
    });

    test('an empty payload is a message, and a message is received that was published right after subscribing', async () => {
      const got: string[] = [];
      a.subscribe('wk.empty', (each) => got.push(textOf(each)));
      a.publish('wk.empty', message(''));
      await eventually(() => got.length === 1);
      expect(got).toEqual(['']);
    });

    test('what anybody publishes after a flush is received', async () => {
      const subjects = Array.from({ length: 500 }, (_, index) => `wk.flush.${index}`);
      for (let round = 0; round < 5; round += 1) {
        const got = new Set<string>();
        const leaves = subjects.map((subject) => a.subscribe(subject, (each) => got.add(textOf(each))));
        await a.flush();
        for (const subject of subjects) b.publish(subject, message(subject));
        await eventually(() => got.size === subjects.length, 'all are received');
        for (const leave of leaves) leave();
      }
    });

    test('after leaving nothing is received, and another subscription of the same subject goes on', async () => {
      const [first, second]: [string[], string[]] = [[], []];
      const leave = a.subscribe('wk.leave', (each) => first.push(textOf(each)));
      a.subscribe('wk.leave', (each) => second.push(textOf(each)));
      a.publish('wk.leave', message('one'));
      await eventually(() => first.length + second.length === 2);
      leave();
      a.publish('wk.leave', message('two'));
      await eventually(() => second.length === 2);
      expect(first).toEqual(['one']);
    });

    test('a link that was closed has ended without an error, and takes nothing', async () => {
      const got = await listening(b, 'wk.closed');
      a.publish('wk.closed', message('last'));
      await a.close();
      expect(await a.ended).toBeUndefined();
      expect(a.publish('wk.closed', message('late'))).toBe(false);
      a.subscribe('wk.closed', () => {})();
      await eventually(() => got.length === 1);
      await a.close();
    });

    test('links end with an error when the broker is lost, and what waits for an answer is settled', async () => {
      const log = await a.openLog(aLog());
      await under.lose();
      const appended = log.append('key', message('x'), 500);
      expect(await a.ended).toBeInstanceOf(Error);
      expect(await b.ended).toBeInstanceOf(Error);
      expect(a.publish('wk.lost', message('x'))).toBe(false);
      expect((await appended).kind).toBe('unconfirmed');
      await expect(log.read('key', { offset: 0, at: 0 }, 10)).rejects.toThrow();
      await expect(a.openLog(aLog())).rejects.toThrow();
      await expect(a.flush()).rejects.toThrow();
    });

    test('an attempt that was given up before is none', async () => {
      const gone = AbortSignal.abort(new Error('given up'));
      const attempt = under.broker.connect({ node: 'node-c', signal: gone, clock: systemClock });
      await expect(attempt).rejects.toThrow('given up');
    });

    describe('its log', () => {
      test('is the same for all who open it at once', async () => {
        const spec = aLog();
        const [one, two, three] = await Promise.all([a.openLog(spec), b.openLog(spec), a.openLog(spec)]);
        expect(new Set([one.epoch, two.epoch, three.epoch]).size).toBe(1);
        expect(one.epoch).toMatch(/^[A-Za-z0-9_.-]{1,128}$/);
      });

      test('gives entries of a key to all who follow it, each with its offset and the one before it', async () => {
        const spec = aLog();
        const [one, two] = [await a.openLog(spec), await b.openLog(spec)];
        const [gotOne, gotTwo]: [LogEntry[], LogEntry[]] = [[], []];
        one.follow('tea', (entry) => gotOne.push(entry));
        two.follow('tea', (entry) => gotTwo.push(entry));
        // The broker knows of both.
        await quiet(a, []);
        await quiet(b, []);
        const before = await two.append('tea', message('first', { 'wk-kind': 'text' }), 5_000);
        expect(before.kind).toBe('stored');
        const appended = await Promise.all(
          Array.from({ length: 50 }, async (_, index) => {
            await one.append('other', message('no'), 5_000);
            return await (index % 2 === 0 ? one : two).append('tea', message(String(index)), 5_000);
          }),
        );
        await eventually(() => gotOne.length === 51 && gotTwo.length === 51);
        // NATS may republish two that were stored at the same time in the other order.
        for (const got of [gotOne, gotTwo]) got.sort((x, y) => x.offset - y.offset);
        expect(gotOne.map(({ offset }) => offset)).toEqual(gotTwo.map(({ offset }) => offset));
        expect(gotOne.map(textOf)).toEqual(gotTwo.map(textOf));
        expect(gotOne[0]?.headers).toMatchObject({ 'wk-kind': 'text' });
        const offsets = gotOne.map(({ offset }) => offset);
        expect(gotOne.slice(1).map(({ previous }) => previous)).toEqual(offsets.slice(0, -1));
        const stored = appended.map((each) => (each.kind === 'stored' ? each.place.offset : 0));
        expect(new Set([...stored, offsets[0]])).toEqual(new Set(offsets));
      });

      test('reads the entries of a key after a place, in batches, and says that they are complete', async () => {
        const log = await a.openLog(aLog());
        for (let index = 0; index < 10; index += 1) {
          await log.append('tea', message(String(index), { 'wk-kind': 'text' }), 5_000);
          await log.append('coffee', message('no'), 5_000);
        }
        const first = await log.read('tea', { offset: 0, at: Date.now() - 1_000 }, 4);
        expect(first.entries.map(textOf)).toEqual(['0', '1', '2', '3']);
        expect(first.entries[0]?.headers).toMatchObject({ 'wk-kind': 'text' });
        const place = first.entries.at(-1) ?? { offset: 0, at: 0 };
        const second = await log.read('tea', place, 100);
        expect(second.entries.map(textOf)).toEqual(['4', '5', '6', '7', '8', '9']);
        expect(second.isComplete).toBe(true);
        const last = await log.last('tea');
        expect(last?.offset).toBe(second.entries.at(-1)?.offset);
        const rest = await log.read('tea', last ?? { offset: 0, at: 0 }, 100);
        expect(rest).toEqual({ entries: [], isComplete: true });
        expect(await log.last('none')).toBeUndefined();
      });

      test('keeps as many as it was asked to, and says that a place before is too old', async () => {
        const log = await a.openLog(aLog({ messages: 5 }));
        const places: { offset: number; at: number }[] = [];
        for (let index = 0; index < 12; index += 1) {
          const appended = await log.append('tea', message(String(index)), 5_000);
          if (appended.kind === 'stored') places.push(appended.place);
        }
        const old = await log.read('tea', places[2] ?? { offset: 0, at: 0 }, 100);
        expect([old.entries.map(textOf), old.isComplete]).toEqual([['7', '8', '9', '10', '11'], false]);
        const young = await log.read('tea', places[8] ?? { offset: 0, at: 0 }, 100);
        expect([young.entries.map(textOf), young.isComplete]).toEqual([['9', '10', '11'], true]);
      });

      test('refuses what is too long, and goes on', async () => {
        const log = await a.openLog(aLog());
        const long = { payload: Buffer.alloc(a.maxPayloadBytes + 1), headers: {} };
        expect((await log.append('tea', long, 5_000)).kind).toBe('refused');
        expect((await log.append('tea', message('x'), 5_000)).kind).toBe('stored');
      });
    });
  });
}
