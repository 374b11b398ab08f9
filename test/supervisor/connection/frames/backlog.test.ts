import { expect, test } from 'vitest';
import { Backlog } from '../../../../src/supervisor/connection/frames/backlog.js';
import { DataFrame } from '../../../../src/transport/frame.js';
import { settled } from '../../../support/settled.js';

/** A frame whose payload is a small view of a large read. */
function view(text: string) {
  const read = Buffer.allocUnsafeSlow(1000);
  return new DataFrame(read.subarray(10, 10 + read.write(text, 10)), false);
}

test('frames come out in the order they came in, and are counted as the memory they hold', () => {
  const backlog = new Backlog(view('0'));
  for (let i = 1; i < 5000; i++) backlog.push(view(String(i)));
  const texts: string[] = [];
  for (let i = 0; i < 3000; i++) texts.push(backlog.shift().data.toString());
  expect(texts).toEqual(Array.from({ length: 3000 }, (_, i) => String(i)));
  // 64 of them for their bytes, the others for what each costs beside.
  expect([backlog.length, backlog.bytes]).toEqual([2000, 2000 * 4 + (2000 - 64) * 192]);
  backlog.clear();
  expect([backlog.length, backlog.bytes]).toEqual([0, 0]);
});

test('small frames that still wait in the next turn of the loop get memory of their own, all together', async () => {
  const backlog = new Backlog(view('first'));
  backlog.push(view('second'));
  await settled();
  const late = view('third');
  backlog.push(late);
  const [first, second] = [backlog.shift().data, backlog.shift().data];
  expect([first.toString(), second.toString()]).toEqual(['first', 'second']);
  expect(first.buffer).toBe(second.buffer);
  expect(first.buffer.byteLength).toBe('firstsecond'.length);
  await settled();
  const frame = backlog.shift();
  const third = frame.data;
  expect(String(frame)).toBe('third');
  expect(third.buffer).not.toBe(late.data.buffer);
  expect(third.buffer.byteLength).toBe('third'.length);
});

test('those of several connections that wait in one turn are copied, each for itself', async () => {
  const backlogs = ['a', 'b', 'c'].map((text) => new Backlog(view(text)));
  backlogs[1]?.shift();
  await settled();
  const [a, c] = [backlogs[0]?.shift().data, backlogs[2]?.shift().data];
  expect([a?.toString(), c?.toString()]).toEqual(['a', 'c']);
  expect([a?.buffer.byteLength, c?.buffer.byteLength]).toEqual([1, 1]);
});

test('a frame is copied once, however many come behind it, and not at all if it is about as large as its memory', async () => {
  const large = new DataFrame(Buffer.allocUnsafeSlow(1000).subarray(500), true);
  const backlog = new Backlog(large);
  backlog.push(view('small'));
  await settled();
  backlog.push(view('more'));
  await settled();
  expect(backlog.shift()).toBe(large);
  expect(backlog.shift().data.buffer.byteLength).toBe('small'.length);
});

test('frames that are shifted and pushed meanwhile are copied all the same', async () => {
  const FRAMES = 3000;
  const backlog = new Backlog(view('0'));
  for (let i = 1; i < FRAMES; i++) {
    backlog.push(view(String(i)));
    if (i % 3 === 0) backlog.shift();
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await settled();
  const texts: string[] = [];
  while (backlog.length > 0) {
    const { data } = backlog.shift();
    texts.push(data.toString());
    expect(data.buffer.byteLength).toBeLessThanOrEqual(100 * 4);
  }
  const gone = Math.floor((FRAMES - 1) / 3);
  expect(texts).toEqual(Array.from({ length: FRAMES - gone }, (_, i) => String(gone + i)));
});

test('the owner hears of what waits each time it has grown by 8 KiB, also when it had become less', () => {
  const KIB = new DataFrame(Buffer.alloc(1024), true);
  const backlog = new Backlog(KIB);
  /** How many times the owner hears when so many more frames wait. */
  const heard = (frames: number) => {
    let times = 0;
    for (let i = 0; i < frames; i++) {
      backlog.push(KIB);
      if (backlog.hasGrown()) times += 1;
    }
    return times;
  };
  expect([heard(6), heard(1), heard(7), heard(1)]).toEqual([0, 1, 0, 1]);
  for (let i = 0; i < 10; i++) backlog.shift();
  expect([heard(7), heard(1)]).toEqual([0, 1]);
});
