import { describe, expect, test } from 'vitest';
import { ReadMeter } from '../../../src/transport/protocol/read-meter.js';

function aMeter(allowance?: { messages: number; bytes: number }) {
  const meter = new ReadMeter(allowance);
  const calls: string[] = [];
  const sink = { heardAt: 0, onPart: () => calls.push('part'), onSpent: (of: string) => calls.push(`spent ${of}`) };
  const read = (messages: number, bytes = 0, part = 0) => {
    meter.arrived(bytes);
    meter.measured(messages, part, sink);
    return calls.splice(0);
  };
  return { meter, sink, read };
}

describe('an allowance', () => {
  test('of messages is spent when as many have come, and until it is renewed', () => {
    const { meter, read } = aMeter({ messages: 10, bytes: 1_000_000 });
    expect(read(9)).toEqual([]);
    expect(read(1)).toEqual(['spent messages']);
    expect(read(0)).toEqual(['spent messages']);
    meter.allow();
    expect(read(9)).toEqual([]);
    expect(read(5)).toEqual(['spent messages']);
  });

  test('of bytes counts them as they come', () => {
    const { meter, read } = aMeter({ messages: 1_000, bytes: 100 });
    expect(read(1, 99)).toEqual([]);
    expect(read(0, 1)).toEqual(['spent bytes']);
    meter.allow();
    expect(read(1, 99)).toEqual([]);
  });

  test('is without bound unless it is given', () => {
    const { read } = aMeter();
    expect(read(1e9, 1e15)).toEqual([]);
  });
});

describe('an incomplete message', () => {
  test('has come since its first part', () => {
    const { meter, sink, read } = aMeter();
    expect(meter.partSince).toBe(0);
    sink.heardAt = 100;
    expect(read(0, 1, 7)).toEqual(['part']);
    sink.heardAt = 200;
    read(0, 1, 7);
    expect(meter.partSince).toBe(100);
  });

  test('that is another one than before has come since now', () => {
    const { meter, sink, read } = aMeter();
    sink.heardAt = 100;
    read(0, 1, 7);
    sink.heardAt = 200;
    read(1, 1, 8);
    expect(meter.partSince).toBe(200);
    sink.heardAt = 300;
    expect(read(1)).toEqual([]);
    expect(meter.partSince).toBe(0);
  });

  test('is given its time again after a pause of this side', () => {
    const { meter, sink, read } = aMeter();
    meter.excuse(50);
    expect(meter.partSince).toBe(0);
    sink.heardAt = 100;
    read(0, 1, 7);
    meter.excuse(900);
    read(0, 1, 7);
    expect(meter.partSince).toBe(900);
  });
});
