import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Fate } from '../../../src/transport/wire-fact.js';
import { createOutbox, Deflating } from '../../../src/transport/ws/deflating.js';
import { BINARY, CLOSE, TEXT } from '../../../src/transport/ws/framing.js';
import { Outbox } from '../../../src/transport/ws/outbox.js';
import type { Deflate } from '../../../src/transport/ws/ws.js';
import { parseFrames } from '../../support/frame-bytes.js';
import { settled } from '../../support/settled.js';
import { slowSocket } from '../../support/slow-stream.js';
import { deflateOf } from './tellings.js';

/** A zlib that compresses when it is told to, and only pretends. */
class PatientDeflate implements Deflate {
  readonly params = {};
  cleanups = 0;
  readonly #waiting: (() => void)[] = [];

  compress(data: Buffer, _fin: boolean, done: (error: Error | null, data?: Buffer) => void): void {
    this.#waiting.push(() => done(null, Buffer.from(`z(${data.toString().trim()})`)));
  }

  /** Ends the compression that is under way. */
  work(): void {
    this.#waiting.shift()?.();
  }

  cleanup(): void {
    this.cleanups += 1;
  }
}

function open(deflate: Deflate = new PatientDeflate(), threshold = 10) {
  const { stream, kernel } = slowSocket();
  const counts = { drained: 0, outlived: 0 };
  const outbox = new Deflating(
    stream,
    false,
    {
      onDrained: () => {
        counts.drained += 1;
      },
      onOutlived: () => {
        counts.outlived += 1;
      },
    },
    deflate,
    threshold,
  );
  const sent = () => parseFrames(Buffer.concat(kernel.writes)).frames.map(({ opcode, rsv, payload }) => `${opcode}/${rsv} ${payload.toString()}`);
  return { outbox, kernel, sent, counts };
}

const long = (name: string) => name.padEnd(20);

test('messages below the threshold leave as they are, with the rest of their tick', async () => {
  const { outbox, sent } = open();
  expect(outbox.take(TEXT, 'small')).toBe(5);
  outbox.take(BINARY, Buffer.from('bytes'));
  await settled();
  expect(sent()).toEqual(['1/0 small', '2/0 bytes']);
});

test('messages from the threshold on are compressed, marked by RSV1, and counted before compression', async () => {
  const { outbox, kernel } = open(deflateOf(true, 0), 100);
  const text = 'compress me '.repeat(50);
  expect(outbox.take(TEXT, text)).toBe(600);
  await expect.poll(() => kernel.writes.length).toBe(1);
  const [frame] = parseFrames(kernel.writes[0] as Buffer).frames;
  expect(frame).toMatchObject({ rsv: 4, opcode: TEXT });
  expect(frame?.payload.length).toBeLessThan(100);
  const tail = Buffer.of(0, 0, 0xff, 0xff, 3, 0);
  expect(inflateRawSync(Buffer.concat([frame?.payload as Buffer, tail])).toString()).toBe(text);
});

test('what comes behind a message that is being compressed waits for it, the Close too', async () => {
  const deflate = new PatientDeflate();
  const { outbox, sent } = open(deflate);
  outbox.take(TEXT, long('one'));
  outbox.take(TEXT, 'two');
  outbox.take(TEXT, long('three'));
  outbox.onceFramed(() => outbox.takeControl(CLOSE, Buffer.alloc(0)));
  await settled();
  expect(sent()).toEqual([]);
  deflate.work();
  await settled();
  expect(sent()).toEqual(['1/4 z(one)', '1/0 two']);
  deflate.work();
  await settled();
  expect(sent()).toEqual(['1/4 z(one)', '1/0 two', '1/4 z(three)', '8/0 ']);
});

test('control frames may overtake', async () => {
  const { outbox, sent } = open();
  outbox.take(TEXT, long('one'));
  outbox.takeControl(9, Buffer.alloc(0));
  await settled();
  expect(sent()).toEqual(['9/0 ']);
});

test('what waits to be compressed is buffered and unconfirmed', async () => {
  const deflate = new PatientDeflate();
  const { outbox } = open(deflate);
  outbox.take(TEXT, long('one'));
  outbox.take(TEXT, long('two'));
  expect(outbox.bufferedBytes).toBe(40);
  expect(outbox.unconfirmed).toEqual({ frames: 2, bytes: 40 });
  deflate.work();
  deflate.work();
  await settled();
  expect(outbox.bufferedBytes).toBe(0);
  expect(outbox.unconfirmed).toEqual({ frames: 0, bytes: 0 });
});

test('that nothing waits any more is told when the last message has left', async () => {
  const deflate = new PatientDeflate();
  const { outbox, counts } = open(deflate);
  outbox.take(TEXT, long('one'));
  await settled();
  expect(counts.drained).toBe(0);
  deflate.work();
  await settled();
  expect(counts.drained).toBeGreaterThan(0);
});

describe('a discard', () => {
  test('drops what waits, keeps what is being compressed, and says who is affected', async () => {
    const deflate = new PatientDeflate();
    const { outbox, sent } = open(deflate);
    const told: string[] = [];
    for (const name of ['one', 'two']) {
      outbox.take(TEXT, long(name));
      outbox.confirm((fate) => told.push(`${name} ${fate}`));
    }
    expect(outbox.discard()).toEqual({ frames: 1, bytes: 20 });
    expect(told).toEqual(['two discarded']);
    outbox.onceFramed(() => outbox.takeControl(CLOSE, Buffer.alloc(0)));
    deflate.work();
    await settled();
    expect(sent()).toEqual(['1/4 z(one)', '8/0 ']);
    expect(told).toEqual(['two discarded', 'one written']);
    expect(outbox.unconfirmed).toEqual({ frames: 1, bytes: 20 });
  });
});

describe('at the end', () => {
  test('nothing is written any more, and whoever waits is told', async () => {
    const deflate = new PatientDeflate();
    const { outbox, kernel } = open(deflate);
    const told: Fate[] = [];
    outbox.take(TEXT, long('one'));
    outbox.confirm((fate) => told.push(fate));
    outbox.end();
    expect(told).toEqual(['discarded']);
    expect(outbox.discarded).toEqual({ frames: 1, bytes: 20 });
    expect(outbox.unconfirmed).toEqual({ frames: 1, bytes: 20 });
    deflate.work();
    await settled();
    expect(kernel.writes).toEqual([]);
  });

  test('a compression that ends after it tells, so that what it used is freed, and frees nothing itself: it may inflate still', () => {
    const deflate = new PatientDeflate();
    const { outbox, counts } = open(deflate);
    outbox.take(TEXT, long('one'));
    outbox.end();
    deflate.work();
    expect(counts.outlived).toBe(1);
    expect(deflate.cleanups).toBe(0);
  });
});

test('an outbox compresses when the extension was negotiated, from 1,024 bytes on unless told otherwise', async () => {
  const { stream } = slowSocket();
  const owner = { onDrained: () => {}, onOutlived: () => {} };
  const options = { maxPayloadBytes: 1, maxFragments: 1 };
  expect(createOutbox(stream, false, owner, undefined, { ...options, perMessageDeflate: true })).not.toBeInstanceOf(Deflating);
  for (const [perMessageDeflate, threshold] of [
    [true, 1024],
    [{}, 1024],
    [{ threshold: 5 }, 5],
  ] as const) {
    const outbox = createOutbox(stream, false, owner, new PatientDeflate(), { ...options, perMessageDeflate });
    expect(outbox).toBeInstanceOf(Outbox);
    expect(outbox.takesFramed).toBe(false);
    outbox.take(TEXT, 'x'.repeat(threshold - 1));
    let isFramed = false;
    outbox.onceFramed(() => {
      isFramed = true;
    });
    expect(isFramed).toBe(true);
    outbox.take(TEXT, 'x'.repeat(threshold));
    isFramed = false;
    outbox.onceFramed(() => {
      isFramed = true;
    });
    expect(isFramed).toBe(false);
    outbox.end();
  }
});
