import { expect, test } from 'vitest';
import { ReadFlow } from '../../../../src/transport/ws/read/read-flow.js';
import { type ReadTurns, readTurns } from '../../../../src/transport/ws/read/read-turns.js';
import { silentSink } from './silent-sink.js';

/** A reader that takes what it may, a byte at once, and keeps what it took. */
class Flow extends ReadFlow {
  readonly taken: string[] = [];
  readonly congestion: boolean[] = [];

  constructor() {
    const congestion: boolean[] = [];
    super({ ...silentSink, onCongestion: (isCongested) => congestion.push(isCongested) }, undefined);
    this.congestion = congestion;
  }

  split(bytes: Buffer, from: number, end: number, turns?: ReadTurns): void {
    if (this.mustWait) this.hold(bytes, from, end);
    else if (end - from > 1 && turns === undefined && !this.isFinishing) {
      this.taken.push(bytes.toString('latin1', from, from + 1));
      this.yield(bytes, from + 1, end, readTurns);
    } else this.taken.push(bytes.toString('latin1', from, end));
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const read = (flow: Flow, text: string) => flow.split(Buffer.from(text), 0, text.length);

test('what is left has its turn later, and the socket is held until then', async () => {
  const flow = new Flow();
  read(flow, 'abc');
  expect([flow.taken, flow.congestion]).toEqual([['a'], [true]]);
  await turn();
  expect([flow.taken, flow.congestion]).toEqual([
    ['a', 'bc'],
    [true, false],
  ]);
});

test('what comes while it is paused waits, in order, until it is resumed', () => {
  const flow = new Flow();
  flow.pause();
  read(flow, 'a');
  read(flow, 'b');
  expect(flow.taken).toEqual([]);
  flow.finish();
  expect(flow.taken).toEqual(['ab']);
});

test('a paused one does not take its turn, and goes on when it is resumed', async () => {
  const flow = new Flow();
  read(flow, 'abc');
  flow.pause();
  await turn();
  expect(flow.taken).toEqual(['a']);
  flow.finish();
  expect(flow.taken).toEqual(['a', 'bc']);
});

test('who waits until all is delivered is called then, once', async () => {
  const flow = new Flow();
  const calls: string[] = [];
  flow.whenDelivered(() => calls.push('at once'));
  read(flow, 'abc');
  flow.whenDelivered(() => calls.push('later'));
  expect(calls).toEqual(['at once']);
  await turn();
  flow.resume();
  expect(calls).toEqual(['at once', 'later']);
});

test('one whose socket is gone is not paused any more', () => {
  const flow = new Flow();
  flow.finish();
  flow.pause();
  read(flow, 'abc');
  expect(flow.taken).toEqual(['abc']);
});
