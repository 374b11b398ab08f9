import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BINARY, CLOSE, TEXT } from '../../../src/transport/protocol/framing.js';
import { prepare } from '../../../src/transport/protocol/prepared.js';
import type { Fate } from '../../../src/transport/wire-fact.js';
import type { Compressor } from '../../../src/transport/ws/deflate/compressor.js';
import { createCompressor } from '../../../src/transport/ws/deflate/compressor.js';
import { createOutbox, Deflating } from '../../../src/transport/ws/deflating.js';
import { Outbox } from '../../../src/transport/ws/write/outbox.js';
import { parseFrames } from '../../support/frame-bytes.js';
import { settled } from '../../support/settled.js';
import { slowSocket } from '../../support/slow-stream.js';

/** A zlib that pretends to compress, on request, or at once for quick messages. */
class PatientCompressor implements Compressor {
  readonly shareKey = 'patient';
  /** What it was asked to compress. */
  readonly asked: string[] = [];
  readonly #waiting: (() => void)[] = [];

  compressNow(data: Buffer): Buffer | undefined {
    return data.includes('quick') ? this.#compressed(data) : undefined;
  }

  compress(data: Buffer, done: (compressed: Buffer | undefined) => void): void {
    const compressed = data.includes('impossible') ? undefined : this.#compressed(data);
    this.#waiting.push(() => done(compressed));
  }

  /** Ends the compression that is under way. */
  work(): void {
    this.#waiting.shift()?.();
  }

  close(): void {
    // Nothing to free.
  }

  #compressed(data: Buffer): Buffer {
    const text = data.toString().trim();
    this.asked.push(text);
    return Buffer.from(`z(${text})`);
  }
}

function open(compressor: Compressor = new PatientCompressor(), threshold = 10, isMasked = false) {
  const { stream, kernel } = slowSocket();
  const counts = { drained: 0 };
  const owner = {
    onDrained: () => {
      counts.drained += 1;
    },
    now: () => 0,
  };
  const outbox = new Deflating(stream, isMasked, owner, compressor, threshold);
  const sent = () =>
    parseFrames(Buffer.concat(kernel.writes)).frames.map(
      ({ opcode, rsv, payload }) => `${opcode}/${rsv} ${payload.toString()}`,
    );
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
  const { outbox, kernel } = open(createCompressor({ windowBits: 15, keepsContext: false }, undefined), 100);
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
  const deflate = new PatientCompressor();
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
  const deflate = new PatientCompressor();
  const { outbox } = open(deflate);
  outbox.take(TEXT, long('one'));
  outbox.take(TEXT, long('two'));
  expect(outbox.bufferedBytes).toBe(40);
  expect(outbox.unwritten).toEqual({ frames: 2, bytes: 40 });
  deflate.work();
  deflate.work();
  await settled();
  expect(outbox.bufferedBytes).toBe(0);
  expect(outbox.unwritten).toEqual({ frames: 0, bytes: 0 });
});

test('drained is emitted when the last message has left', async () => {
  const deflate = new PatientCompressor();
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
    const deflate = new PatientCompressor();
    const { outbox, sent } = open(deflate);
    const fates: string[] = [];
    for (const name of ['one', 'two']) {
      outbox.take(TEXT, long(name));
      outbox.confirm((fate) => fates.push(`${name} ${fate}`));
    }
    expect(outbox.discard()).toEqual({ frames: 1, bytes: 20 });
    expect(fates).toEqual(['two discarded']);
    outbox.onceFramed(() => outbox.takeControl(CLOSE, Buffer.alloc(0)));
    deflate.work();
    await settled();
    expect(sent()).toEqual(['1/4 z(one)', '8/0 ']);
    expect(fates).toEqual(['two discarded', 'one written']);
    expect(outbox.unwritten).toEqual({ frames: 1, bytes: 20 });
  });
});

describe('at the end', () => {
  test('nothing is written any more, and pending confirmations are called', async () => {
    const deflate = new PatientCompressor();
    const { outbox, kernel } = open(deflate);
    const fates: Fate[] = [];
    outbox.take(TEXT, long('one'));
    outbox.confirm((fate) => fates.push(fate));
    outbox.end();
    expect(fates).toEqual(['discarded']);
    expect(outbox.discarded).toEqual({ frames: 1, bytes: 20 });
    expect(outbox.unwritten).toEqual({ frames: 1, bytes: 20 });
    deflate.work();
    await settled();
    expect(kernel.writes).toEqual([]);
  });

  test('a compression that ends after it is thrown away', async () => {
    const deflate = new PatientCompressor();
    const { outbox, kernel } = open(deflate);
    outbox.take(TEXT, long('one'));
    outbox.take(TEXT, long('quick'));
    outbox.end();
    deflate.work();
    await settled();
    expect(kernel.writes).toEqual([]);
    expect(outbox.discarded).toEqual({ frames: 2, bytes: 40 });
  });
});

describe('what is compressed at once', () => {
  test('leaves with the rest of its tick, in one write', async () => {
    const { outbox, kernel, sent } = open();
    expect(outbox.take(TEXT, long('quick'))).toBe(20);
    outbox.take(TEXT, 'small');
    await settled();
    expect(sent()).toEqual(['1/4 z(quick)', '1/0 small']);
    expect(kernel.writes).toHaveLength(1);
  });

  test('waits behind what is being compressed in the background', async () => {
    const deflate = new PatientCompressor();
    const { outbox, sent } = open(deflate);
    outbox.take(TEXT, long('one'));
    outbox.take(TEXT, long('quick'));
    await settled();
    expect(sent()).toEqual([]);
    deflate.work();
    await settled();
    expect(sent()).toEqual(['1/4 z(one)', '1/4 z(quick)']);
  });

  test('counts before compression as long as it is unconfirmed', async () => {
    const { outbox, kernel } = open();
    kernel.isFast = false;
    outbox.take(TEXT, long('quick'));
    await settled();
    expect(outbox.unwritten).toEqual({ frames: 1, bytes: 20 });
    outbox.take(TEXT, long('quick too'));
    expect(outbox.discard()).toEqual({ frames: 1, bytes: 20 });
  });
});

test('what zlib cannot compress goes out as it is', async () => {
  const deflate = new PatientCompressor();
  const { outbox, sent } = open(deflate);
  outbox.take(TEXT, long('impossible'));
  deflate.work();
  await settled();
  expect(sent()).toEqual([`1/0 ${long('impossible')}`]);
});

describe('a prepared message', () => {
  test('is compressed once for all, at once, and leaves with the rest of the tick', async () => {
    const deflate = new PatientCompressor();
    const prepared = prepare(long('quick'));
    const outboxes = Array.from({ length: 5 }, () => open(deflate));
    for (const { outbox } of outboxes) {
      outbox.takePrepared(prepared);
      outbox.take(TEXT, 'after');
    }
    await settled();
    for (const { sent, kernel, outbox } of outboxes) {
      expect(sent()).toEqual(['1/4 z(quick)', '1/0 after']);
      expect(kernel.writes).toHaveLength(1);
      expect(outbox.unwritten).toEqual({ frames: 0, bytes: 0 });
    }
    expect(deflate.asked).toEqual(['quick']);
  });

  test('is compressed once for all in the background too; what is sent behind it waits', async () => {
    const deflate = new PatientCompressor();
    const prepared = prepare(Buffer.from(long('slow')));
    const outboxes = Array.from({ length: 5 }, () => open(deflate));
    const fates: Fate[] = [];
    for (const { outbox } of outboxes) {
      outbox.takePrepared(prepared);
      outbox.confirm((fate) => fates.push(fate));
      outbox.take(TEXT, 'after');
      expect(outbox.unwritten).toEqual({ frames: 2, bytes: 25 });
      expect(outbox.bufferedBytes).toBe(25);
    }
    const [gone, pruned] = outboxes;
    gone?.outbox.end();
    expect(pruned?.outbox.discard()).toEqual({ frames: 1, bytes: 5 });
    deflate.work();
    await settled();
    expect(outboxes.map(({ sent }) => sent())).toEqual([
      [],
      ['2/4 z(slow)'],
      ...Array.from({ length: 3 }, () => ['2/4 z(slow)', '1/0 after']),
    ]);
    expect(deflate.asked).toEqual(['slow']);
    expect(fates).toEqual(['discarded', 'written', 'written', 'written', 'written']);
    expect(gone?.outbox.discarded).toEqual({ frames: 2, bytes: 25 });
    expect(pruned?.outbox.unwritten).toEqual({ frames: 1, bytes: 5 });
  });

  test('waits behind what is being compressed', async () => {
    const deflate = new PatientCompressor();
    const { outbox, sent } = open(deflate);
    outbox.take(TEXT, long('one'));
    outbox.takePrepared(prepare(long('quick')));
    outbox.takePrepared(prepare('small'));
    deflate.work();
    await settled();
    expect(sent()).toEqual(['1/4 z(one)', '1/4 z(quick)', '1/0 small']);
  });

  test('goes out as it is below the threshold', async () => {
    const deflate = new PatientCompressor();
    const { outbox, kernel } = open(deflate);
    const prepared = prepare('quick');
    outbox.takePrepared(prepared);
    await settled();
    expect(kernel.writes).toEqual([prepared.framed]);
    expect(deflate.asked).toEqual([]);
  });

  test('is taken framed by those only whose messages are the same for all', () => {
    expect(open().outbox.takesFramed).toBe(true);
    expect(open(new PatientCompressor(), 10, true).outbox.takesFramed).toBe(false);
    expect(open(createCompressor({ windowBits: 15, keepsContext: true }, undefined)).outbox.takesFramed).toBe(false);
  });
});

test('an outbox compresses when the extension was negotiated, from 1,024 bytes on by default', async () => {
  const { stream } = slowSocket();
  const owner = { onDrained: () => {}, now: () => 0 };
  const options = { maxPayloadBytes: 1, maxFragments: 1 };
  expect(createOutbox(stream, false, owner, undefined, { ...options, perMessageDeflate: true })).not.toBeInstanceOf(
    Deflating,
  );
  for (const [perMessageDeflate, threshold] of [
    [true, 1024],
    [{}, 1024],
    [{ threshold: 5 }, 5],
  ] as const) {
    const outbox = createOutbox(stream, false, owner, new PatientCompressor(), { ...options, perMessageDeflate });
    expect(outbox).toBeInstanceOf(Outbox);
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
