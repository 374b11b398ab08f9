import { expect, test } from 'vitest';
import { Outbox } from '../../../../src/transport/ws/write/outbox.js';
import { Pongs } from '../../../../src/transport/ws/write/pongs.js';
import { OP, parseFrames } from '../../../support/frame-bytes.js';
import { settled } from '../../../support/settled.js';
import { slowSocket } from '../../../support/slow-stream.js';

function open() {
  const { stream, kernel } = slowSocket();
  const outbox: Outbox = new Outbox(stream, false, { onDrained: () => pongs.onDrained(), now: () => 0 });
  const pongs = new Pongs(outbox);
  stream.on('drain', () => outbox.onTickEnd());
  const answers = () =>
    parseFrames(Buffer.concat(kernel.writes))
      .frames.filter(({ opcode }) => opcode === OP.pong)
      .map(({ payload }) => payload.toString());
  return { outbox, pongs, kernel, answers };
}

test('every Ping of a peer that reads is answered, in order', async () => {
  const { pongs, answers } = open();
  const pings = Array.from({ length: 2000 }, (_, i) => `${i}`);
  for (const [i, ping] of pings.entries()) {
    pongs.answer(Buffer.from(ping));
    if (i % 500 === 0) await settled();
  }
  await settled();
  expect(answers()).toEqual(pings);
});

test('a Ping behind a backlog of data is answered', async () => {
  const { outbox, pongs, kernel, answers } = open();
  kernel.isFast = false;
  for (let i = 0; i < 10; i++) outbox.take(2, Buffer.alloc(100_000));
  pongs.answer(Buffer.from('are you there'));
  kernel.isFast = true;
  await settled();
  kernel.take();
  await settled();
  expect(answers()).toEqual(['are you there']);
});

test('of a peer that does not read only the latest Ping beyond a bound is answered', async () => {
  const { outbox, pongs, kernel, answers } = open();
  kernel.isFast = false;
  const PINGS = 100_000;
  for (let i = 0; i < PINGS; i++) {
    pongs.answer(Buffer.from(String(i)));
    if (i % 10_000 === 0) await settled();
  }
  expect(outbox.bufferedBytes).toBeLessThan(128 * 1024);
  kernel.isFast = true;
  kernel.take();
  await settled();
  const answered = answers();
  expect(answered.length).toBeLessThan(PINGS / 5);
  expect(answered.at(-1)).toBe(String(PINGS - 1));
  pongs.answer(Buffer.from('again'));
  await settled();
  expect(answers().at(-1)).toBe('again');
});
