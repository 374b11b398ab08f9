import { expect, test } from 'vitest';
import type { ReaderSink } from '../../../../src/transport/ws/read/reader-sink.js';
import { deliverWhole } from '../../../../src/transport/ws/read/whole-frame.js';
import { OP } from '../../../support/frame-bytes.js';

function aSink() {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) => {
      calls.push([name, ...args.map((arg) => (Buffer.isBuffer(arg) ? arg.toString('latin1') : arg))]);
    };
  const sink: ReaderSink = {
    onFrame: note('frame'),
    onPing: note('ping'),
    onPong: note('pong'),
    onClose: note('close'),
    onFault: note('fault'),
    heardAt: 0,
    now: () => 0,
    onPart: () => {},
    onSpent: () => {},
    onCongestion: note('congestion'),
  };
  return { sink, calls };
}

test.each([
  ['a binary frame', OP.binary, Buffer.of(0xff), ['frame', '\u00ff', true]],
  ['a text', OP.text, Buffer.from('a'), ['frame', 'a', false]],
  ['a Ping', OP.ping, Buffer.from('p'), ['ping', 'p']],
  ['a Pong', OP.pong, Buffer.from('p'), ['pong', 'p']],
  ['a Close', OP.close, Buffer.from('\u0003\u00e8bye', 'latin1'), ['close', 1000, 'bye']],
  ['a Close without payload', OP.close, Buffer.alloc(0), ['close', 1005, '']],
])('%s reaches the sink', (_name, opcode, payload, call) => {
  const { sink, calls } = aSink();
  expect(deliverWhole(sink, opcode, payload)).toBe(true);
  expect(calls).toEqual([call]);
});

test.each([
  ['a text that is not UTF-8', OP.text, Buffer.of(0xff)],
  ['a Close with half a code', OP.close, Buffer.of(3)],
  ['a Close with a code that may not be sent', OP.close, Buffer.of(0x03, 0xee)],
  ['a Close whose reason is not UTF-8', OP.close, Buffer.of(0x03, 0xe8, 0xff)],
])('%s does not reach the sink', (_name, opcode, payload) => {
  const { sink, calls } = aSink();
  expect(deliverWhole(sink, opcode, payload)).toBe(false);
  expect(calls).toEqual([]);
});
