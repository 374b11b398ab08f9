import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { Outbox } from '../../../../src/transport/ws/write/outbox.js';
import { closeBytes, OP, parseFrames } from '../../../support/frame-bytes.js';
import { settled } from '../../../support/settled.js';
import { slowSocket } from '../../../support/slow-stream.js';

const KIB = 1024;
const BINARY = 2;

function open(isFast: boolean) {
  const { stream, kernel } = slowSocket();
  kernel.isFast = isFast;
  let now = 0;
  const outbox = new Outbox(stream, false, { onDrained: () => {}, now: () => now });
  stream.on('drain', () => outbox.onTickEnd());
  const frames = () => parseFrames(Buffer.concat(kernel.writes)).frames;
  const pings = () => frames().filter(({ opcode }) => opcode === OP.ping);
  return {
    outbox,
    kernel,
    stream,
    frames,
    pings,
    at(ms: number) {
      now = ms;
    },
  };
}

/** The kernel takes everything, bit by bit. */
async function takeAll(kernel: ReturnType<typeof open>['kernel'], outbox: Outbox): Promise<void> {
  while (outbox.bufferedBytes > 0) {
    kernel.take();
    await settled();
  }
}

test('what the peer is not known to have read is unconfirmed, although the kernel has it, until a Pong proves it', async () => {
  const { outbox, pings } = open(true);
  outbox.take(1, 'one');
  outbox.ping();
  outbox.take(1, 'three');
  await settled();
  expect(outbox).toMatchObject({
    unwritten: { frames: 0, bytes: 0 },
    unconfirmed: { frames: 2, bytes: 8 },
    awaitsPong: true,
    unprovenBytes: 3,
  });
  outbox.pong(pings()[0]?.payload as Buffer);
  expect(outbox).toMatchObject({ unconfirmed: { frames: 1, bytes: 5 }, awaitsPong: false, unprovenBytes: 0 });
});

test('of a wire without Pings all is unconfirmed, and none are sent on the way', async () => {
  const { outbox, kernel, pings } = open(false);
  for (let i = 0; i < 64; i++) outbox.take(BINARY, Buffer.alloc(16 * KIB));
  await settled();
  await takeAll(kernel, outbox);
  expect(pings()).toEqual([]);
  expect(outbox.unconfirmed).toEqual({ frames: 64, bytes: 1024 * KIB });
});

test('a peer that is behind is pinged on the way, so that it shows how far it has read', async () => {
  const { outbox, kernel, frames, pings } = open(false);
  outbox.ping();
  for (let i = 0; i < 64; i++) outbox.take(BINARY, Buffer.alloc(16 * KIB, i));
  await settled();
  await takeAll(kernel, outbox);
  expect(pings().length).toBeGreaterThanOrEqual(6);
  expect(pings().length).toBeLessThanOrEqual(16);
  // Messages keep their order, and each Ping proves what stands before it.
  const all = frames();
  const data = all.filter(({ opcode }) => opcode === BINARY);
  expect(data.map(({ payload }) => payload[0])).toEqual(Array.from({ length: 64 }, (_, i) => i));
  const third = all.filter(({ opcode }) => opcode === OP.ping)[2] as (typeof all)[number];
  const before = all.slice(0, all.indexOf(third));
  outbox.pong(third.payload);
  expect(outbox.unconfirmed.frames).toBe(64 - before.filter(({ opcode }) => opcode === BINARY).length);
});

test('one that keeps up is pinged once a second at the most', async () => {
  const { outbox, pings, at } = open(true);
  outbox.ping();
  await settled();
  for (let i = 0; i < 100; i++) {
    at(i * 25);
    outbox.take(BINARY, Buffer.alloc(64 * KIB));
    await settled();
  }
  expect(pings().length).toBeGreaterThanOrEqual(3);
  expect(pings().length).toBeLessThanOrEqual(4);
});

test('no Ping follows a Close', async () => {
  const { outbox, kernel, frames } = open(false);
  outbox.ping();
  for (let i = 0; i < 64; i++) outbox.take(BINARY, Buffer.alloc(16 * KIB));
  outbox.takeControl(OP.close, Buffer.alloc(0));
  await settled();
  await takeAll(kernel, outbox);
  expect(frames().at(-1)?.opcode).toBe(OP.close);
});

test('a Ping has its round-trip time, or none once the socket is gone', async () => {
  const { outbox, pings, at } = open(true);
  const trips: unknown[] = [];
  outbox.ping((ms) => trips.push(ms));
  await settled();
  at(40);
  outbox.pong(pings()[0]?.payload as Buffer);
  expect([trips, outbox.latencyMs]).toEqual([[40], 40]);
  outbox.ping((ms) => trips.push(ms));
  outbox.end();
  outbox.ping((ms) => trips.push(ms));
  expect([trips, outbox.latencyMs]).toEqual([[40, undefined, undefined], 40]);
});

const CLOSE = closeBytes(1000);

test.each([
  ['at once', true],
  ['later', false],
])('our Close is taken when the kernel has taken it %s, with what precedes it', async (_name, isFast) => {
  const { outbox, kernel, frames } = open(isFast);
  for (let i = 0; i < 4; i++) outbox.take(BINARY, Buffer.alloc(16 * KIB));
  outbox.takeControl(OP.close, CLOSE);
  outbox.flush();
  expect(outbox.isCloseTaken).toBe(isFast);
  await takeAll(kernel, outbox);
  expect(outbox.isCloseTaken).toBe(true);
  expect(frames().at(-1)).toMatchObject({ opcode: OP.close });
});

// The write has been made; what says so comes at the end of the tick.
test('our Close is taken although the socket is destroyed before the callback of its write', async () => {
  const { outbox, kernel, stream } = open(false);
  outbox.take(1, 'under way');
  await settled();
  outbox.takeControl(OP.close, CLOSE);
  outbox.flush();
  kernel.isFast = true;
  kernel.take();
  stream.destroy();
  await settled();
  outbox.end();
  expect(outbox.isCloseTaken).toBe(true);
});

test('our Close is not taken if it waits in the own queue of a socket that is destroyed', async () => {
  const { outbox, stream } = open(false);
  outbox.take(1, 'under way');
  await settled();
  outbox.takeControl(OP.close, CLOSE);
  outbox.flush();
  stream.destroy();
  await settled();
  outbox.end();
  expect(outbox.isCloseTaken).toBe(false);
});

test('our Close is taken although a Pong waits behind it', async () => {
  const { outbox, kernel, frames } = open(false);
  outbox.take(BINARY, Buffer.alloc(64 * KIB));
  await settled();
  outbox.takeControl(OP.close, CLOSE);
  // More than is written at a time.
  for (let i = 0; i < 40_000; i++) outbox.takeControl(OP.pong, Buffer.alloc(16));
  await settled();
  kernel.take();
  await settled();
  expect(outbox.isCloseTaken).toBe(false);
  kernel.take();
  await settled();
  expect(outbox.isCloseTaken).toBe(true);
  expect(frames()[1]).toMatchObject({ opcode: OP.close });
  expect(outbox.bufferedBytes).toBeGreaterThan(0);
});

// The report had a Close that nobody has sent.
test('our Close is not taken by a socket that was behind and is destroyed', async () => {
  const { outbox, kernel, stream } = open(false);
  outbox.take(BINARY, Buffer.alloc(64 * KIB));
  await settled();
  outbox.takeControl(OP.close, CLOSE);
  outbox.flush();
  stream.destroy();
  kernel.take();
  await settled();
  outbox.end();
  expect(outbox.isCloseTaken).toBe(false);
});

test.each([
  ['is destroyed', (stream: Duplex) => void stream.destroy()],
  ['fails at once', (_stream: Duplex, fail: () => void) => fail()],
])('our Close is not taken by a socket that %s', async (_name, breaks) => {
  const { outbox, kernel, stream } = open(true);
  outbox.take(1, 'before');
  await settled();
  breaks(stream, () => kernel.fail(new Error('EPIPE')));
  outbox.takeControl(OP.close, CLOSE);
  outbox.flush();
  expect(outbox.isCloseTaken).toBe(false);
});

test('our Close is not taken if it was discarded, and one after it is', async () => {
  const { outbox, kernel } = open(false);
  outbox.take(BINARY, Buffer.alloc(64 * KIB));
  await settled();
  outbox.takeControl(OP.close, CLOSE);
  outbox.discard();
  kernel.take();
  await settled();
  expect(outbox).toMatchObject({ bufferedBytes: 0, isCloseTaken: false });
  kernel.isFast = true;
  outbox.takeControl(OP.close, CLOSE);
  outbox.flush();
  expect(outbox.isCloseTaken).toBe(true);
});
