import { once } from 'node:events';
import type { Socket } from 'node:net';
import { getDefaultHighWaterMark } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { BINARY, CLOSE, PING, TEXT } from '../../../../src/transport/protocol/framing.js';
import { prepare } from '../../../../src/transport/protocol/prepared.js';
import { freeRoom, takeRoom } from '../../../../src/transport/protocol/rooms.js';
import type { Fate } from '../../../../src/transport/wire-fact.js';
import { Outbox } from '../../../../src/transport/ws/write/outbox.js';
import { SCRATCH_BYTES, scratch } from '../../../../src/transport/ws/write/scratch.js';
import { eventually } from '../../../support/eventually.js';
import { parseFrames } from '../../../support/frame-bytes.js';
import { settled } from '../../../support/settled.js';
import { type Kernel, slowSocket, slowStream } from '../../../support/slow-stream.js';
import { socketPair } from '../../../support/socket-pair.js';
import { type TlsPair, tlsPair } from '../../../support/tls-pair.js';

function open(make: typeof slowSocket | typeof slowStream = slowSocket, isMasked = false) {
  const { stream, kernel } = make();
  const counts = { drained: 0 };
  const outbox = new Outbox(stream, isMasked, {
    onDrained: () => {
      counts.drained += 1;
    },
    now: () => 0,
  });
  stream.on('drain', () => outbox.onTickEnd());
  return { stream, kernel, outbox, counts };
}

const textsOf = ({ writes }: Kernel) =>
  parseFrames(Buffer.concat(writes)).frames.map(({ payload }) => payload.toString());

/** More than a stream takes before it asks for patience. */
const LARGE = 'x'.repeat(getDefaultHighWaterMark(false) + 4_000);

describe('one tick', () => {
  test('makes one write, control frames included, in order', async () => {
    const { outbox, kernel } = open();
    outbox.take(TEXT, 'one');
    outbox.take(BINARY, Buffer.from('two'));
    outbox.takeControl(PING, Buffer.from('three'));
    outbox.take(TEXT, 'four');
    expect(kernel.writes).toHaveLength(0);
    await settled();
    expect(kernel.writes).toHaveLength(1);
    expect(textsOf(kernel)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('includes what handlers send in microtasks', async () => {
    const { outbox, kernel } = open();
    const answer = async () => {
      for (let i = 0; i < 5; i++) {
        outbox.take(TEXT, String(i));
        // As an iterator has it between two frames.
        await Promise.resolve();
      }
    };
    await answer();
    await settled();
    expect(kernel.writes).toHaveLength(1);
  });

  test('of several outboxes keeps their frames apart', async () => {
    const [a, b] = [open(), open()];
    for (let i = 0; i < 3; i++) {
      a.outbox.take(TEXT, `a${i}`);
      b.outbox.take(TEXT, `b${i}`);
    }
    await settled();
    expect(textsOf(a.kernel)).toEqual(['a0', 'a1', 'a2']);
    expect(textsOf(b.kernel)).toEqual(['b0', 'b1', 'b2']);
  });

  test('with more than fits the scratch buffer keeps the order', async () => {
    const { outbox, kernel } = open();
    const texts = Array.from({ length: 40 }, (_, i) => `${i} `.repeat(1000 + i));
    for (const text of texts) outbox.take(TEXT, text);
    outbox.take(BINARY, Buffer.from(LARGE));
    outbox.take(TEXT, 'last');
    await settled();
    expect(textsOf(kernel)).toEqual([...texts, LARGE, 'last']);
    expect(scratch.owner).toBeUndefined();
  });

  test('masks each frame with a key of its own when it is a client', async () => {
    const { outbox, kernel } = open(slowSocket, true);
    outbox.take(TEXT, 'same');
    outbox.take(TEXT, 'same');
    outbox.take(BINARY, Buffer.from(LARGE));
    await settled();
    const all = Buffer.concat(kernel.writes);
    expect(all.subarray(2, 6)).not.toEqual(all.subarray(12, 16));
    expect(textsOf(kernel)).toEqual(['same', 'same', LARGE]);
  });
});

test('a prepared frame is written as it is, beside others', async () => {
  const { outbox, kernel } = open();
  outbox.take(TEXT, 'a');
  outbox.takePrepared(prepare('b'));
  outbox.take(TEXT, 'c');
  await settled();
  expect(textsOf(kernel)).toEqual(['a', 'b', 'c']);
  expect(outbox.takesFramed).toBe(true);
  expect(open(slowSocket, true).outbox.takesFramed).toBe(false);
});

test('large bytes are not copied, and are written whole with their header', async () => {
  const { outbox, kernel } = open();
  const large = Buffer.from(LARGE);
  outbox.take(BINARY, large);
  await settled();
  expect(textsOf(kernel)).toEqual([LARGE]);
  expect(outbox.bufferedBytes).toBe(0);
});

describe('large bytes for a socket that does not keep up', () => {
  const PAYLOAD = 20_000;

  /** A socket that has taken nothing yet, and a message of letters that waits for it. */
  function waiting(letter: string, make: typeof slowSocket | typeof slowStream = slowSocket) {
    const parts = open(make);
    parts.kernel.isFast = false;
    parts.outbox.take(TEXT, 'first');
    parts.outbox.flush();
    const bytes = Buffer.alloc(PAYLOAD, letter);
    parts.outbox.take(BINARY, bytes);
    parts.outbox.flush();
    return { ...parts, bytes };
  }

  test('are copied, so that the memory of who sent them is free', async () => {
    const { bytes, kernel, outbox } = waiting('a');
    bytes.fill('b');
    for (let i = 0; i < 4; i += 1) {
      kernel.take();
      await settled();
    }
    expect(textsOf(kernel)).toEqual(['first', 'a'.repeat(PAYLOAD)]);
    expect(outbox.bufferedBytes).toBe(0);
  });

  test('are copied to memory that is used again once they are written, and not before', async () => {
    const room = takeRoom(32_768);
    freeRoom(room);
    const { kernel } = waiting('a');
    const isFree = () => takeRoom(32_768) === room;
    expect([isFree(), isFree()]).toEqual([false, false]);
    const wasFree: boolean[] = [];
    for (let i = 0; i < 4; i += 1) {
      kernel.take();
      // In the same turn: between two a full collection may let go of it.
      wasFree.push(isFree());
      await settled();
    }
    expect(wasFree.filter((is) => is)).toEqual([true]);
  });

  test('are not copied for a stream that may hand them on as they are', async () => {
    const { bytes, kernel } = waiting('a', slowStream);
    bytes.fill('b');
    for (let i = 0; i < 4; i += 1) {
      kernel.take();
      await settled();
    }
    expect(textsOf(kernel)).toEqual(['first', 'b'.repeat(PAYLOAD)]);
  });

  test('give their memory back when they are discarded', () => {
    const { outbox } = waiting('a');
    const room = takeRoom(32_768);
    freeRoom(room);
    outbox.take(BINARY, Buffer.alloc(PAYLOAD, 'b'));
    expect(takeRoom(32_768)).not.toBe(room);
    outbox.discard();
    expect(takeRoom(32_768)).toBe(room);
  });
});

test('a scratch buffer that a socket still reads is used again once it is written', async () => {
  const { kernel, outbox } = open();
  kernel.isFast = false;
  const { buffer } = scratch;
  outbox.take(TEXT, 'kept');
  outbox.flush();
  expect(scratch.buffer).not.toBe(buffer);
  expect(takeRoom(SCRATCH_BYTES)).not.toBe(buffer);
  kernel.take();
  // In the same turn: between two a full collection may let go of it.
  expect(takeRoom(SCRATCH_BYTES)).toBe(buffer);
  await settled();
  expect(textsOf(kernel)).toEqual(['kept']);
});

describe('while the socket is behind', () => {
  function behind() {
    const parts = open();
    parts.kernel.isFast = false;
    parts.outbox.take(BINARY, Buffer.from(LARGE));
    parts.outbox.flush();
    return parts;
  }

  test('nothing more is given to it, and everything follows in order once it has room', async () => {
    const { outbox, kernel } = behind();
    outbox.take(TEXT, 'a');
    await settled();
    outbox.take(TEXT, 'b');
    outbox.takePrepared(prepare('c'));
    await settled();
    expect(kernel.writes).toHaveLength(1);
    expect(outbox.bufferedBytes).toBeGreaterThan(LARGE.length);
    kernel.isFast = true;
    kernel.take();
    await settled();
    expect(textsOf(kernel)).toEqual([LARGE, 'a', 'b', 'c']);
    expect(outbox.bufferedBytes).toBe(0);
  });

  test('what waits is discarded and counted, and what comes then still leaves', async () => {
    const { outbox, kernel } = behind();
    outbox.take(TEXT, 'lost 1');
    await settled();
    outbox.take(TEXT, 'lost 2');
    expect(outbox.discard()).toEqual({ frames: 2, bytes: 12 });
    outbox.takeControl(CLOSE, Buffer.alloc(0));
    await settled();
    expect(outbox.unwritten).toEqual({ frames: 3, bytes: LARGE.length + 12 });
    kernel.isFast = true;
    kernel.take();
    await settled();
    expect(textsOf(kernel)).toEqual([LARGE, '']);
    expect(outbox.unwritten).toEqual({ frames: 2, bytes: 12 });
  });

  test('the scratch buffer is free for others', async () => {
    const slow = behind();
    slow.outbox.take(TEXT, 'mine');
    await settled();
    expect(scratch.owner).toBeUndefined();
    const other = open();
    other.outbox.take(TEXT, 'theirs');
    await settled();
    slow.kernel.isFast = true;
    slow.kernel.take();
    await settled();
    expect(textsOf(slow.kernel)).toEqual([LARGE, 'mine']);
    expect(textsOf(other.kernel)).toEqual(['theirs']);
  });
});

describe.each([
  ['a TCP socket that has not taken its bytes yet', slowSocket, false],
  ['a stream that is no TCP socket, whatever it says', slowStream, true],
])('the scratch buffer is not written to while it is read by %s', (_name, make, isFast) => {
  test('so its bytes arrive as they were', async () => {
    const slow = open(make);
    slow.kernel.isFast = isFast;
    slow.outbox.take(TEXT, 'in flight');
    await settled();
    const other = open();
    for (let i = 0; i < 10; i++) {
      other.outbox.take(TEXT, 'overwrite'.repeat(100));
      await settled();
    }
    expect(textsOf(slow.kernel)).toEqual(['in flight']);
  });
});

describe('an account of what the kernel has', () => {
  test('is settled at once by a socket that takes a write at once', async () => {
    const { outbox } = open();
    const fates: Fate[] = [];
    outbox.take(TEXT, 'x');
    outbox.confirm((fate) => fates.push(fate));
    expect(fates).toEqual([]);
    await settled();
    expect(fates).toEqual(['written']);
    expect(outbox.unwritten).toEqual({ frames: 0, bytes: 0 });
  });

  test('is kept of a socket that falls behind after it was prompt', async () => {
    const { outbox, kernel, counts } = open();
    outbox.take(TEXT, 'at once');
    await settled();
    kernel.isFast = false;
    const fates: Fate[] = [];
    outbox.take(TEXT, 'late');
    outbox.confirm((fate) => fates.push(fate));
    await settled();
    expect(outbox.unwritten).toEqual({ frames: 1, bytes: 4 });
    counts.drained = 0;
    kernel.isFast = true;
    kernel.take();
    await settled();
    expect([outbox.unwritten, fates]).toEqual([{ frames: 0, bytes: 0 }, ['written']]);
    expect(counts.drained).toBeGreaterThan(0);
  });

  test('is settled write by write by a slow one', async () => {
    const { outbox, kernel } = open();
    kernel.isFast = false;
    outbox.take(TEXT, 'one');
    outbox.flush();
    outbox.take(TEXT, 'two');
    outbox.flush();
    expect(outbox.unwritten).toEqual({ frames: 2, bytes: 6 });
    kernel.take();
    await settled();
    expect(outbox.unwritten).toEqual({ frames: 1, bytes: 3 });
    kernel.take();
    await settled();
    expect(outbox.unwritten).toEqual({ frames: 0, bytes: 0 });
  });

  // Where a test runner gives each file globals of its own, Node's errors are of none of its classes.
  test.each([
    ['an error', new Error('write EPIPE')],
    ['an error of another realm', runInNewContext("new Error('write EPIPE')") as Error],
  ])('does not count a write that failed at once with %s as made', async (_name, error) => {
    const { outbox, kernel } = open();
    const fates: Fate[] = [];
    kernel.fail(error);
    outbox.take(TEXT, 'x');
    outbox.confirm((fate) => fates.push(fate));
    await settled();
    expect(outbox.unwritten).toEqual({ frames: 1, bytes: 1 });
    outbox.end();
    expect(fates).toEqual(['unknown']);
  });

  test('does not count a write that fails later as made', async () => {
    const { outbox, kernel } = open();
    kernel.isFast = false;
    outbox.take(TEXT, 'x');
    outbox.flush();
    kernel.fail(new Error('write ECONNRESET'));
    await settled();
    expect(outbox.unwritten).toEqual({ frames: 1, bytes: 1 });
  });

  test('does not count a write that destroy cut off as made', async () => {
    const { outbox, kernel, stream } = open();
    kernel.isFast = false;
    outbox.take(TEXT, 'x');
    outbox.flush();
    stream.destroy();
    await settled();
    outbox.end();
    expect(outbox.unwritten).toEqual({ frames: 1, bytes: 1 });
  });

  test('says of what comes after the end that it is lost', () => {
    const { outbox } = open();
    outbox.end();
    const fates: Fate[] = [];
    outbox.take(TEXT, 'x');
    outbox.confirm((fate) => fates.push(fate));
    expect(fates).toEqual(['unknown']);
  });
});

describe('that nothing waits any more', () => {
  test('is emitted after a write that was taken at once, however small', async () => {
    const { outbox, counts } = open();
    outbox.take(TEXT, 'x');
    expect(counts.drained).toBe(0);
    await settled();
    expect(counts.drained).toBeGreaterThan(0);
  });

  test('is emitted once a slow socket has taken all', async () => {
    const { outbox, kernel, counts } = open();
    kernel.isFast = false;
    outbox.take(BINARY, Buffer.from(LARGE));
    await settled();
    outbox.take(TEXT, 'x');
    await settled();
    expect(counts.drained).toBe(0);
    kernel.take();
    await settled();
    expect(counts.drained).toBe(0);
    kernel.take();
    await settled();
    expect(counts.drained).toBeGreaterThan(0);
  });

  test('is never emitted while something of this tick waits', async () => {
    const { outbox, counts } = open();
    outbox.take(TEXT, 'x');
    outbox.flush();
    outbox.take(TEXT, 'y');
    expect(outbox.bufferedBytes).toBeGreaterThan(0);
    expect(counts.drained).toBe(0);
    await settled();
    expect(counts.drained).toBeGreaterThan(0);
  });
});

test('the end of our side of TCP comes behind everything taken', async () => {
  const { outbox, kernel, stream } = open();
  kernel.isFast = false;
  outbox.take(BINARY, Buffer.from(LARGE));
  outbox.flush();
  outbox.take(TEXT, 'last');
  outbox.endSocket();
  await settled();
  expect(stream.writableEnded).toBe(false);
  kernel.isFast = true;
  kernel.take();
  await settled();
  expect(textsOf(kernel)).toEqual([LARGE, 'last']);
  expect(stream.writableEnded).toBe(true);
});

test('a frame that just fits the scratch buffer goes through it, a larger one does not', async () => {
  for (const size of [SCRATCH_BYTES - 14, SCRATCH_BYTES - 13, SCRATCH_BYTES]) {
    const { outbox, kernel } = open(slowSocket, true);
    outbox.take(TEXT, 'before');
    outbox.take(BINARY, Buffer.alloc(size, 'y'));
    outbox.take(TEXT, 'behind');
    await settled();
    expect(parseFrames(Buffer.concat(kernel.writes)).frames.map(({ payload }) => payload.length)).toEqual([6, size, 6]);
  }
});

describe('a socket of Node whose peer does not read', () => {
  /** More than the kernel takes at once. */
  const HUGE = 32 * 1024 * 1024;

  async function behind() {
    const pair = await socketPair();
    const counts = { drained: 0 };
    const outbox = new Outbox(pair.accepted, false, {
      onDrained: () => {
        counts.drained += 1;
      },
      now: () => 0,
    });
    pair.accepted.on('drain', () => outbox.onTickEnd());
    const fates: Fate[] = [];
    outbox.take(TEXT, 'first');
    await eventually(() => outbox.unwritten.frames === 0);
    outbox.take(BINARY, Buffer.alloc(HUGE, 'h'));
    outbox.confirm((fate) => fates.push(fate));
    await settled();
    return { client: pair.client, outbox, counts, fates, [Symbol.asyncDispose]: () => pair[Symbol.asyncDispose]() };
  }

  async function read(socket: Socket): Promise<Buffer> {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'end');
    return Buffer.concat(chunks);
  }

  test('has what the kernel left counted as waiting, and what comes then held', async () => {
    await using scene = await behind();
    const { outbox, counts, fates } = scene;
    const left = outbox.bufferedBytes;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(HUGE);
    const { drained } = counts;
    outbox.take(TEXT, 'held');
    await settled();
    expect(outbox.bufferedBytes).toBe(left + 'held'.length + 2);
    expect([outbox.unwritten, counts.drained - drained, fates]).toEqual([{ frames: 2, bytes: HUGE + 4 }, 0, []]);
    expect(outbox.discard()).toEqual({ frames: 1, bytes: 4 });
    outbox.end();
    expect(outbox.bufferedBytes).toBe(0);
  });

  test('gets everything once it reads, in order, and then that is emitted', async () => {
    await using scene = await behind();
    const { client, outbox, counts, fates } = scene;
    outbox.take(TEXT, 'second');
    const { drained } = counts;
    const reading = read(client);
    await eventually(() => outbox.bufferedBytes === 0);
    expect(counts.drained).toBeGreaterThan(drained);
    expect([outbox.unwritten, fates]).toEqual([{ frames: 0, bytes: 0 }, ['written']]);
    outbox.take(TEXT, 'third');
    outbox.endSocket();
    const { frames, rest } = parseFrames(await reading);
    expect(rest).toHaveLength(0);
    expect(frames.map(({ payload }) => (payload.length === HUGE ? 'huge' : payload.toString()))).toEqual([
      'first',
      'huge',
      'second',
      'third',
    ]);
  });
});

/** An outbox over real sockets, and the frames that have come at the other end. */
function sending({ accepted, client }: Pick<TlsPair, 'accepted' | 'client'>) {
  let came = Buffer.alloc(0);
  client.on('data', (chunk: Buffer) => {
    came = Buffer.concat([came, chunk]);
  });
  const outbox = new Outbox(accepted, false, { onDrained: () => {}, now: () => 0 });
  return { outbox, frames: () => parseFrames(came).frames };
}

test('the scratch buffer is not given away to TLS, which has encrypted what it was given when the call returns', async () => {
  await using pair = await tlsPair();
  const { outbox, frames } = sending(pair);
  const { buffer } = scratch;
  const sent = ['first', 'x'.repeat(4_000), 'third'];
  for (const text of sent) {
    outbox.take(TEXT, Buffer.from(text));
    outbox.flush();
    expect(scratch.buffer).toBe(buffer);
    buffer.fill(0);
    await eventually(() => pair.accepted.writableLength === 0);
  }
  await eventually(() => frames().length === sent.length);
  expect(frames().map(({ payload }) => payload.toString())).toEqual(sent);
  expect(scratch.buffer).toBe(buffer);
});

test('large payloads are given to TLS in memory that is used again when the call returns, once, and not before', async () => {
  await using pair = await tlsPair();
  const { outbox, frames } = sending(pair);
  pair.accepted.on('drain', () => outbox.onTickEnd());
  const room = takeRoom(32_768);
  freeRoom(room);
  const isFree = () => takeRoom(32_768) === room;
  const payloads = ['a', 'b', 'c'].map((letter) => Buffer.alloc(20_000, letter));
  outbox.take(BINARY, payloads[0] as Buffer);
  expect(isFree()).toBe(false);
  outbox.flush();
  expect([isFree(), isFree()]).toEqual([true, false]);
  room.fill(0);
  // TLS is at work on the first: these wait, in memory that is not free until they are written.
  freeRoom(room);
  outbox.take(BINARY, payloads[1] as Buffer);
  outbox.take(BINARY, payloads[2] as Buffer);
  outbox.flush();
  expect([pair.accepted.writableLength > 0, isFree()]).toEqual([true, false]);
  await eventually(() => frames().length === 3);
  await eventually(() => outbox.bufferedBytes === 0);
  expect(frames().map(({ payload }, i) => payload.equals(payloads[i] as Buffer))).toEqual([true, true, true]);
  const rooms = [1, 2, 3, 4].map(() => takeRoom(32_768));
  expect(new Set(rooms).size).toBe(4);
});

test('while TLS is at work on what came before, the scratch buffer is given to it', async () => {
  await using pair = await tlsPair();
  pair.client.resume();
  const outbox = new Outbox(pair.accepted, false, { onDrained: () => {}, now: () => 0 });
  const { buffer } = scratch;
  outbox.take(TEXT, 'first');
  outbox.flush();
  outbox.take(TEXT, 'second');
  outbox.flush();
  expect(scratch.buffer).not.toBe(buffer);
  await eventually(() => pair.accepted.writableLength === 0);
});
