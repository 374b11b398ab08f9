import { constants, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PAGE_BYTES, pages } from '../../../../src/transport/protocol/pages.js';
import { closeCodeOf } from '../../../../src/transport/ws/package/ws.js';
import { FrameReader } from '../../../../src/transport/ws/read/frame-reader.js';
import type { ReaderSink } from '../../../../src/transport/ws/read/reader-sink.js';
import { eventually } from '../../../support/eventually.js';
import { closeBytes, type FrameParts, frameBytes, masked, OP } from '../../../support/frame-bytes.js';
import { inflaterOf } from '../reader-events.js';

const MIB = 1024 * 1024;
const OPTIONS = { maxPayloadBytes: 2 * MIB, maxFragments: 1000, perMessageDeflate: false };

interface Settings {
  readonly isServer?: boolean;
  readonly isDeflated?: boolean;
  readonly maxPayloadBytes?: number;
  readonly maxFragments?: number;
  readonly onFrame?: (reader: FrameReader) => void;
}

const opened: FrameReader[] = [];

afterEach(() => {
  for (const reader of opened.splice(0)) reader.stop();
});

function open({ isServer = true, isDeflated = false, onFrame, ...limits }: Settings = {}) {
  const delivered: string[] = [];
  const frames: Buffer[] = [];
  const sink: ReaderSink = {
    onFrame: (data, isBinary) => {
      frames.push(data);
      delivered.push(`${isBinary ? 'binary' : 'text'} ${data.toString('latin1', 0, 20)}`);
      onFrame?.(reader);
    },
    onPing: (payload) => delivered.push(`ping ${payload.toString()}`),
    onPong: (payload) => delivered.push(`pong ${payload.toString()}`),
    onClose: (code, reason) => delivered.push(`close ${code} ${reason}`.trimEnd()),
    onFault: (error) => delivered.push(`fault ${closeCodeOf(error)}`),
    heardAt: 0,
    now: () => 0,
    onPart: () => {},
    onSpent: () => {},
    onCongestion: (isCongested) => delivered.push(isCongested ? 'congested' : 'clear'),
  };
  const options = { ...OPTIONS, ...limits };
  const inflater = isDeflated ? inflaterOf(isServer, options.maxPayloadBytes) : undefined;
  const reader = new FrameReader(sink, isServer, options, inflater);
  opened.push(reader);
  return { reader, sink, delivered, frames, inflater };
}

const text = (payload: string) => masked({ opcode: OP.text, payload });
const compressed = (payload: string): FrameParts => ({
  opcode: OP.text,
  rsv: 4,
  payload: deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4),
});

describe('a flood of frames', () => {
  // What the tests before this have delivered counts for the turn of the loop in which they did.
  beforeEach(() => new Promise<void>((resolve) => setImmediate(resolve)));

  const flood = (count: number) => Buffer.concat(Array.from({ length: count }, (_, i) => text(String(i))));
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `text ${from + i}`);

  test('is delivered in turns of the loop, which others share; the socket is held meanwhile', async () => {
    const { reader, delivered } = open();
    reader.read(flood(400));
    expect(delivered).toEqual([...numbers(0, 192), 'congested']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(delivered.slice(193)).toEqual(numbers(192, 384));
    await new Promise((resolve) => setImmediate(resolve));
    expect(delivered.slice(385)).toEqual([...numbers(384, 400), 'clear']);
  });

  test('that is paused, or read on meanwhile, keeps its order', async () => {
    const { reader, delivered } = open();
    reader.read(flood(200));
    reader.pause();
    reader.read(text('last'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(delivered).toHaveLength(193);
    reader.resume();
    expect(delivered.filter((line) => line.startsWith('text'))).toEqual([...numbers(0, 200), 'text last']);
  });

  test('of crumbs waits for turns that are 8 ms apart', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
    try {
      const { reader, delivered, frames } = open({ maxFragments: 2000 });
      const crumb = (opcode: number, fin = false) => masked({ opcode, fin, payload: 'x' });
      const middle = Array.from({ length: 1500 }, () => crumb(OP.continuation));
      reader.read(Buffer.concat([crumb(OP.text), ...middle, crumb(OP.continuation, true)]));
      for (let i = 0; i < 100; i += 1) vi.advanceTimersByTime(0);
      expect(delivered).toEqual(['congested']);
      for (let i = 0; i < 5; i += 1) vi.advanceTimersByTime(8);
      expect(delivered).toEqual(['congested', `text ${'x'.repeat(20)}`, 'clear']);
      expect(frames[0]).toHaveLength(1502);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is delivered at once when the socket is gone', () => {
    const { reader, delivered } = open();
    reader.finish();
    reader.read(flood(1000));
    expect(delivered).toEqual(numbers(0, 1000));
  });

  test('of a stopped reader is not delivered further, and callers that wait for its end are called', async () => {
    const { reader, delivered } = open();
    let isCalled = false;
    reader.read(flood(200));
    reader.whenDelivered(() => {
      isCalled = true;
    });
    expect(isCalled).toBe(false);
    reader.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect([delivered.length, isCalled]).toEqual([194, true]);
  });
});

describe('whole frames', () => {
  test('of one chunk are delivered in order, data and control alike', () => {
    const { reader, delivered } = open();
    reader.read(
      Buffer.concat([
        text('a'),
        masked({ opcode: OP.ping, payload: 'p' }),
        masked({ opcode: OP.binary, payload: 'b' }),
        masked({ opcode: OP.pong, payload: 'q' }),
      ]),
    );
    expect(delivered).toEqual(['text a', 'ping p', 'binary b', 'pong q']);
  });

  test('are delivered at the byte that completes them, however they are cut', () => {
    const { reader, delivered } = open();
    const bytes = masked({ opcode: OP.binary, payload: 'x'.repeat(300) });
    for (const [i, byte] of bytes.entries()) {
      expect(delivered).toHaveLength(0);
      reader.read(Buffer.of(byte));
      if (i === bytes.length - 1) expect(delivered).toHaveLength(1);
    }
  });

  test('are views of the chunk they came in', () => {
    const { reader, frames } = open();
    const chunk = Buffer.concat([text('a'), text('b')]);
    reader.read(chunk);
    expect(frames.map(({ buffer }) => buffer)).toEqual([chunk.buffer, chunk.buffer]);
  });

  test('of the read page are copies, whatever becomes of them', () => {
    const { reader, delivered, frames } = open({ onFrame: (own) => own.pause() });
    const { read: page } = pages();
    const long = 'long '.repeat(1000);
    const bytes = Buffer.concat([
      text('one'),
      text(long),
      text('waits'),
      masked({ opcode: OP.binary, payload: 'is cut off' }),
    ]);
    reader.read(page, bytes.copy(page, 0, 0, bytes.length - 3));
    page.fill(0xaa);
    for (let i = 0; i < 2; i++) reader.resume();
    expect(frames.map(String)).toEqual(['one', long, 'waits']);
    reader.resume();
    reader.read(page, bytes.copy(page, 0, bytes.length - 3));
    page.fill(0xaa);
    expect(frames.map(String)).toEqual(['one', long, 'waits', 'is cut off']);
    expect(delivered).toHaveLength(4);
  });

  test('of a server come unmasked, and a mask is a fault', () => {
    const client = open({ isServer: false });
    client.reader.read(frameBytes({ opcode: OP.text, payload: 'plain' }));
    client.reader.read(text('masked'));
    expect(client.delivered).toEqual(['text plain', 'fault 1002']);
    const server = open();
    server.reader.read(frameBytes({ opcode: OP.text, payload: 'plain' }));
    expect(server.delivered).toEqual(['fault 1002']);
  });
});

describe('limits', () => {
  test('a message of just the limit is delivered, one byte more is a fault that is reported at its header', () => {
    const { reader, delivered } = open({ maxPayloadBytes: 100 });
    reader.read(masked({ opcode: OP.binary, payload: Buffer.alloc(100) }));
    reader.read(masked({ opcode: OP.binary, announced: 101 }));
    expect(delivered.slice(1)).toEqual(['fault 1009']);
  });

  test('fragments count together, and a new message starts at zero', () => {
    const { reader, delivered } = open({ maxPayloadBytes: 100 });
    const piece = (opcode: number, fin: boolean) => masked({ opcode, fin, payload: 'x'.repeat(50) });
    reader.read(
      Buffer.concat([
        piece(OP.text, false),
        piece(OP.continuation, true),
        piece(OP.text, false),
        piece(OP.continuation, false),
      ]),
    );
    expect(delivered).toEqual(['text xxxxxxxxxxxxxxxxxxxx']);
    reader.read(masked({ opcode: OP.continuation, payload: 'x' }));
    expect(delivered.slice(1)).toEqual(['fault 1009']);
  });

  test('as many fragments as allowed make a message, one more is a fault', () => {
    const message = (pieces: number) =>
      Buffer.concat(
        Array.from({ length: pieces }, (_, i) =>
          masked({ opcode: i === 0 ? OP.text : OP.continuation, fin: i === pieces - 1, payload: '.' }),
        ),
      );
    const { reader, delivered } = open({ maxFragments: 5 });
    reader.read(Buffer.concat([message(5), message(6)]));
    expect(delivered).toEqual(['text .....', 'fault 1008']);
  });
});

describe('after a Close or a fault nothing is delivered', () => {
  test.each<[string, FrameParts, string]>([
    ['a Close', { opcode: OP.close, payload: closeBytes(4000, 'bye') }, 'close 4000 bye'],
    ['an empty Close', { opcode: OP.close }, 'close 1005'],
    ['a Close of one byte', { opcode: OP.close, payload: 'x' }, 'fault 1002'],
    ['a Close with a code that may not be sent', { opcode: OP.close, payload: closeBytes(1006) }, 'fault 1002'],
    ['a Close whose reason is no text', { opcode: OP.close, payload: closeBytes(1000, Buffer.of(0xff)) }, 'fault 1007'],
    ['a reserved opcode', { opcode: 5 }, 'fault 1002'],
    ['an RSV bit', { opcode: OP.text, rsv: 2 }, 'fault 1002'],
    ['compression that was not agreed on', { opcode: OP.text, rsv: 4 }, 'fault 1002'],
    ['a long control frame', { opcode: OP.ping, payload: 'x'.repeat(126) }, 'fault 1002'],
    ['a control frame in fragments', { opcode: OP.ping, fin: false }, 'fault 1002'],
    ['a continuation of nothing', { opcode: OP.continuation }, 'fault 1002'],
    ['a text that is none', { opcode: OP.text, payload: Buffer.of(0xc3, 0x28) }, 'fault 1007'],
    ['a length beyond what can be counted', { opcode: OP.binary, announced: 2 ** 60 }, 'fault 1009'],
  ])('%s', (_name, parts, event) => {
    const { reader, delivered } = open();
    reader.read(Buffer.concat([text('before'), masked(parts), text('behind')]));
    reader.read(text('later'));
    expect(delivered).toEqual(['text before', event]);
  });

  test('fragments that make no text, with whole frames behind them in the same chunk', () => {
    const { reader, delivered } = open();
    const half = Buffer.from('€').subarray(0, 2);
    reader.read(
      Buffer.concat([
        masked({ opcode: OP.text, fin: false, payload: half }),
        masked({ opcode: OP.continuation, payload: 'no' }),
        text('behind'),
      ]),
    );
    expect(delivered).toEqual(['fault 1007']);
  });
});

describe('a pause', () => {
  test('holds the frames behind the one being delivered, and those read meanwhile, in order', () => {
    const { reader, delivered } = open({ onFrame: (own) => own.pause() });
    reader.read(Buffer.concat([text('one'), text('two')]));
    reader.read(text('three'));
    expect(delivered).toEqual(['text one']);
    reader.resume();
    expect(delivered).toEqual(['text one', 'text two']);
    reader.resume();
    expect(delivered).toEqual(['text one', 'text two', 'text three']);
  });

  test('that ends while the frame is still being delivered has no effect', () => {
    const { reader, delivered } = open({
      onFrame: (own) => {
        own.pause();
        own.resume();
      },
    });
    reader.read(Buffer.concat([text('one'), text('two')]));
    expect(delivered).toEqual(['text one', 'text two']);
  });

  test('is over for good when the reader is hurried', () => {
    const { reader, delivered } = open({ onFrame: (own) => own.pause() });
    reader.read(Buffer.concat([text('one'), text('two'), text('three')]));
    reader.finish();
    expect(delivered).toEqual(['text one', 'text two', 'text three']);
  });

  test('delays the callback of whenDelivered', () => {
    const { reader, delivered } = open({ onFrame: (own) => own.pause() });
    reader.read(Buffer.concat([text('one'), text('two')]));
    reader.whenDelivered(() => delivered.push('all delivered'));
    expect(delivered).toEqual(['text one']);
    reader.resume();
    expect(delivered).toEqual(['text one', 'text two', 'all delivered']);
  });
});

test('a stopped reader delivers nothing, and calls back at once', () => {
  const { reader, delivered } = open({ onFrame: (own) => own.stop() });
  reader.whenDelivered(() => delivered.push('all delivered'));
  reader.read(Buffer.concat([text('one'), text('two')]));
  reader.read(text('three'));
  reader.whenDelivered(() => delivered.push('all delivered again'));
  expect(delivered).toEqual(['all delivered', 'text one', 'all delivered again']);
});

describe('compressed messages', () => {
  test('are delivered at once if they are short', () => {
    const { reader, delivered } = open({ isDeflated: true });
    reader.read(
      Buffer.concat([
        text('one'),
        masked(compressed('two')),
        text('three'),
        masked({ opcode: OP.close, payload: closeBytes(1000) }),
      ]),
    );
    expect(delivered).toEqual(['text one', 'text two', 'text three', 'close 1000']);
  });

  test('cost more than plain ones: fewer of them are delivered in one turn of the loop', async () => {
    const { reader, delivered } = open({ isDeflated: true });
    reader.read(Buffer.concat(Array.from({ length: 30 }, () => masked(compressed('more')))));
    expect(delivered).toEqual([...Array.from({ length: 24 }, () => 'text more'), 'congested']);
    await eventually(() => delivered.length === 32);
  });

  test('are delivered in their place among the others', async () => {
    const { reader, delivered, inflater } = open({ isDeflated: true });
    const two = 'two '.repeat(10_000);
    reader.read(
      Buffer.concat([
        text('one'),
        masked(compressed(two)),
        text('three'),
        masked({ opcode: OP.close, payload: closeBytes(1000) }),
      ]),
    );
    expect(delivered).toEqual(['text one']);
    await eventually(() => delivered.length === 4);
    expect(delivered).toEqual(['text one', `text ${two.slice(0, 20)}`, 'text three', 'close 1000']);
    inflater?.close();
  });

  test('hold the socket back when too much waits behind one', async () => {
    const { reader, delivered, inflater } = open({ isDeflated: true });
    reader.read(masked(compressed('one '.repeat(10_000))));
    const small = masked({ opcode: OP.binary, payload: Buffer.alloc(60_000) });
    reader.read(small);
    expect(delivered).toEqual([]);
    reader.read(small);
    expect(delivered).toEqual(['congested']);
    await eventually(() => delivered.length === 5);
    expect(delivered.map((event) => event.split(' ')[0])).toEqual(['congested', 'text', 'binary', 'binary', 'clear']);
    inflater?.close();
  });

  test('are not awaited by a stopped reader, except one that is being inflated', async () => {
    const { reader, delivered, inflater } = open({ isDeflated: true });
    reader.read(masked(compressed('one '.repeat(10_000))));
    reader.stop();
    reader.whenDelivered(() => delivered.push('at rest'));
    expect(delivered).toEqual([]);
    await eventually(() => delivered.length > 0);
    expect(delivered).toEqual(['at rest']);
    inflater?.close();
  });

  test('that do not inflate are a fault, and nothing behind them is delivered', async () => {
    const { reader, delivered, inflater } = open({ isDeflated: true });
    reader.read(
      Buffer.concat([masked({ opcode: OP.text, rsv: 4, payload: Buffer.of(0xff, 0xff, 0xff) }), text('behind')]),
    );
    await eventually(() => delivered.length > 0);
    expect(delivered).toEqual(['fault 1007']);
    inflater?.close();
  });
});

describe('memory and time', () => {
  test('a peer that announces a megabyte and sends ten bytes holds about nothing', () => {
    const READERS = 500;
    const start = masked({ opcode: OP.binary, announced: MIB, payload: Buffer.alloc(10) });
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: READERS }, () => {
      const { reader } = open();
      reader.read(Buffer.from(start));
      return reader;
    });
    const perReader = (process.memoryUsage().arrayBuffers - before) / READERS;
    expect(readers).toHaveLength(READERS);
    expect(perReader).toBeLessThan(4 * 1024);
  });

  test('a frame that is not whole does not hold the read it came in', () => {
    const { reader, frames } = open();
    const whole = masked({ opcode: OP.binary, payload: 'rest' });
    const bytes = Buffer.concat([text('a'), whole.subarray(0, 8)]);
    // Not from Node's pool, in which all small buffers lie.
    const chunk = Buffer.allocUnsafeSlow(bytes.length);
    chunk.set(bytes);
    reader.read(chunk);
    reader.read(whole.subarray(8));
    expect(frames[1]?.toString()).toBe('rest');
    expect(frames[1]?.buffer).not.toBe(chunk.buffer);
  });

  test('a frame byte by byte costs time in proportion to its length', () => {
    const msFor = (length: number) => {
      const { reader, frames } = open();
      const bytes = masked({ opcode: OP.binary, payload: Buffer.alloc(length, 'x') });
      const startedAt = performance.now();
      for (let i = 0; i < bytes.length; i++) reader.read(bytes.subarray(i, i + 1));
      expect(frames[0]).toHaveLength(length);
      return performance.now() - startedAt;
    };
    msFor(MIB / 8);
    // In time that grows with the square of the length, sixteen times the length would take 256 times as long.
    const short = Math.min(msFor(MIB / 16), msFor(MIB / 16), msFor(MIB / 16));
    expect(msFor(MIB)).toBeLessThan(100 * short);
  });
});

describe('short texts that come together', () => {
  const joined = (payloads: readonly (string | Buffer)[]) =>
    Buffer.concat(payloads.map((payload) => frameBytes({ opcode: OP.text, payload })));
  const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f'];

  test('are delivered up to the first that is not UTF-8', () => {
    const { reader, delivered } = open({ isServer: false });
    reader.read(joined([...LETTERS, Buffer.of(0xc3), ...LETTERS]));
    expect(delivered).toEqual([...LETTERS.map((letter) => `text ${letter}`), 'fault 1007']);
  });

  test('are delivered in turns, one to one who pauses after each', () => {
    const { reader, delivered, frames } = open({ isServer: false, onFrame: (own) => own.pause() });
    reader.read(joined(LETTERS));
    for (let i = 1; i <= LETTERS.length; i += 1) {
      expect(delivered).toEqual(LETTERS.slice(0, i).map((letter) => `text ${letter}`));
      reader.resume();
    }
    expect(frames.map(String)).toEqual(LETTERS);
  });

  test('are delivered up to where the reader is stopped', () => {
    const { reader, delivered } = open({
      isServer: false,
      onFrame: (own) => {
        if (delivered.length === 3) own.stop();
      },
    });
    reader.read(joined(LETTERS));
    expect(delivered).toEqual(['text a', 'text b', 'text c']);
  });

  test('are 192 in one turn of the loop, like any other', async () => {
    const { reader, delivered } = open({ isServer: false });
    reader.read(joined(Array.from({ length: 200 }, () => 'x')));
    expect(delivered).toHaveLength(193);
    await eventually(() => delivered.length === 202);
    expect(delivered.at(-1)).toBe('clear');
  });

  test('are faults within a message in fragments, and where they are too long', () => {
    const within = open({ isServer: false });
    within.reader.read(frameBytes({ opcode: OP.text, fin: false, payload: 'begun' }));
    within.reader.read(joined(LETTERS));
    expect(within.delivered).toEqual(['fault 1002']);
    const long = open({ isServer: false, maxPayloadBytes: 5 });
    long.reader.read(joined([...LETTERS, 'longer']));
    expect(long.delivered).toEqual([...LETTERS.map((letter) => `text ${letter}`), 'fault 1009']);
  });

  test('may be kept: in the page of all readers they are copied', () => {
    const { reader, frames } = open({ isServer: false });
    const { read: page } = pages();
    const payloads = Array.from({ length: 40 }, (_, i) => `${i} `.repeat(10 * i));
    reader.read(page, joined(payloads).copy(page));
    page.fill(0xaa);
    expect(frames.map(String)).toEqual(payloads);
  });
});

describe('a long frame that needs no unmasking', () => {
  const LENGTH = 200_000;
  const bytes = frameBytes({ opcode: OP.binary, payload: Buffer.alloc(LENGTH, 'wirekeeper') });
  const payload = bytes.subarray(10);

  /** Reads the first 64 KiB of it by the page, as a socket does. */
  function begun(settings: Settings = {}, first: Buffer = bytes) {
    const parts = open({ isServer: false, ...settings });
    pages().read.set(first.subarray(0, pages().read.length));
    parts.reader.read(pages().read, pages().read.length);
    return parts;
  }

  /** Puts the next bytes to where they belong; returns how many there was room for. */
  function put(reader: FrameReader, rest: Buffer): number {
    const place = reader.nextPlace(true);
    if (place === undefined) throw new Error('the page is to be read to');
    const count = Math.min(place.length, rest.length);
    place.set(rest.subarray(0, count));
    reader.read(place, count);
    return count;
  }

  test('is read to where it belongs, and then nothing more is', () => {
    const { reader, frames } = begun();
    for (let have = pages().read.length; have < bytes.length; ) have += put(reader, bytes.subarray(have));
    expect(frames.map((frame) => frame.equals(payload))).toEqual([true]);
    expect(reader.nextPlace(true)).toBeUndefined();
    reader.read(frameBytes({ opcode: OP.text, payload: 'next' }));
    expect(frames[1]?.toString()).toBe('next');
    expect(frames[0]?.equals(payload)).toBe(true);
  });

  test('may be read bit by bit', () => {
    const { reader, frames } = begun();
    for (let have = pages().read.length; have < bytes.length; ) {
      if (reader.nextPlace(true) === undefined) {
        reader.read(Buffer.from(bytes.subarray(have)));
        break;
      }
      have += put(reader, bytes.subarray(have, have + 7001));
    }
    expect(frames.map((frame) => frame.equals(payload))).toEqual([true]);
  });

  test('holds no more memory than four times what has come, whatever it announces', () => {
    const { reader } = begun({}, frameBytes({ opcode: OP.binary, payload: Buffer.alloc(2 * MIB) }));
    const come = pages().read.length;
    expect(reader.nextPlace(true)).toHaveLength(3 * come);
    expect(reader.heldBytes).toBe(4 * come);
  });

  test('but one that is no longer than the last that came in parts gets its memory at once', () => {
    const { reader, frames } = begun();
    for (let have = pages().read.length; have < bytes.length; ) have += put(reader, bytes.subarray(have));
    reader.read(Buffer.from(bytes.subarray(0, 100)));
    expect(reader.heldBytes).toBe(bytes.length);
    reader.read(Buffer.from(bytes.subarray(100)));
    expect(frames.map((frame) => frame.equals(payload))).toEqual([true, true]);
    const longer = frameBytes({ opcode: OP.binary, payload: Buffer.alloc(payload.length + 1) });
    reader.read(Buffer.from(longer.subarray(0, 100)));
    expect(reader.heldBytes).toBe(1024);
  });

  test('is looked through as it comes, if it is a text', () => {
    const { reader, delivered } = begun({}, frameBytes({ opcode: OP.text, payload: Buffer.alloc(LENGTH, 'x') }));
    put(reader, Buffer.of(0xff));
    expect(delivered).toEqual(['fault 1007']);
    expect(reader.nextPlace(true)).toBeUndefined();
  });

  test('is not read to where it belongs while its reader is paused, but what came so is delivered in the end', () => {
    const { reader, frames } = begun();
    const target = reader.nextPlace(true);
    reader.pause();
    const other = reader.nextPlace(true);
    expect(other).toHaveLength(PAGE_BYTES);
    expect(other?.buffer).not.toBe(target?.buffer);
    target?.set(bytes.subarray(pages().read.length));
    reader.read(target as Buffer, bytes.length - pages().read.length);
    expect(frames).toEqual([]);
    reader.resume();
    expect(frames.map((frame) => frame.equals(payload))).toEqual([true]);
  });

  test('is read like others if it is masked, or lacks little', () => {
    const all = masked({ opcode: OP.binary, payload: Buffer.alloc(LENGTH) });
    expect(begun({ isServer: true }, all).reader.nextPlace(true)).toBeUndefined();
    expect(
      begun({}, frameBytes({ opcode: OP.binary, payload: Buffer.alloc(70_000) })).reader.nextPlace(true),
    ).toHaveLength(PAGE_BYTES);
  });
});

describe('bytes that will not last', () => {
  const payload = Buffer.from(Array.from({ length: 30_000 }, (_, i) => i * 11));
  const long = masked({ opcode: OP.binary, payload });
  const next = masked({ opcode: OP.text, payload: 'next' });

  /** Gives a reader bytes in a page that is overwritten as soon as it may be. @returns how many it took at first. */
  function readPage(reader: FrameReader, bytes: Buffer): number {
    const page = Buffer.from(bytes);
    const taken = reader.takeStart(page, page.length);
    const others = Buffer.from(page.subarray(taken));
    page.fill(0xff);
    reader.read(others);
    return taken;
  }

  test('are taken as long as they belong to a frame that has come in part, and no further', () => {
    const { reader, frames, delivered } = open();
    expect(readPage(reader, long.subarray(0, 16_384))).toBe(16_384);
    expect(reader.isMidFrame).toBe(true);
    expect(delivered).toEqual([]);
    const rest = long.subarray(16_384);
    expect(readPage(reader, Buffer.concat([rest, next, long.subarray(0, 100)]))).toBe(rest.length);
    expect(frames.map((frame) => frame.equals(payload))).toEqual([true, false]);
    expect(delivered[1]).toBe('text next');
    expect(readPage(reader, long.subarray(100))).toBe(long.length - 100);
    expect(frames[2]?.equals(payload)).toBe(true);
  });

  test('are not, where a frame is whole, faulty, or has no header yet, where none waits for masks, and in a pause', () => {
    expect(open().reader.takeStart(next, next.length)).toBe(0);
    expect(open().reader.takeStart(long, 1)).toBe(0);
    const faulty = frameBytes({ opcode: OP.binary, payload });
    expect(open().reader.takeStart(faulty, 1000)).toBe(0);
    expect(open({ isServer: false }).reader.takeStart(faulty, 1000)).toBe(0);
    const { reader, frames } = open();
    reader.pause();
    expect(readPage(reader, long.subarray(0, 1000))).toBe(0);
    expect(readPage(reader, long.subarray(1000))).toBe(0);
    reader.resume();
    expect(frames[0]?.equals(payload)).toBe(true);
  });

  test('are not while a message is delivered: what is read then comes after what waits', () => {
    let taken = -1;
    const { reader } = open({ onFrame: (at) => (taken = at.takeStart(long, 1000)) });
    reader.read(Buffer.from(next));
    expect(taken).toBe(0);
  });

  test('count as read, and may show that a text is none', () => {
    const faulty = masked({ opcode: OP.text, payload: Buffer.alloc(20_000, 0xff) });
    const { reader, delivered } = open();
    expect(readPage(reader, faulty.subarray(0, 1000))).toBe(1000);
    expect(delivered).toEqual(['fault 1007']);
    const spent: string[] = [];
    const sink = { ...open().sink, onSpent: (of: string) => spent.push(of) };
    const bounded = new FrameReader(sink, true, { ...OPTIONS, allowance: { messages: 5, bytes: 1000 } }, undefined);
    readPage(bounded, long.subarray(0, 1000));
    expect(spent).toEqual(['bytes']);
    bounded.stop();
  });
});

describe('a peer that sends more than is read at once', () => {
  const SIZE = 5000;
  const messages = Array.from({ length: 100 }, (_, i) => Buffer.alloc(SIZE, `message ${i} `));
  const stream = Buffer.concat(messages.map((payload) => frameBytes({ opcode: OP.text, payload })));
  const small = Buffer.concat(Array.from({ length: 700 }, (_, i) => frameBytes({ opcode: OP.text, payload: `${i}` })));

  /** Reads as a socket does: each time as much as there is room for, or `most`. @returns where it was read to. */
  function readAll(reader: FrameReader, bytes: Buffer, most = PAGE_BYTES): Buffer[] {
    const places: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const wanted = reader.nextPlace(most === PAGE_BYTES) ?? pages().read;
      const place = wanted === pages().read ? wanted : wanted.subarray(0, most);
      const count = Math.min(place.length, most, bytes.length - at);
      place.set(bytes.subarray(at, at + count));
      at += count;
      reader.read(place, count);
      places.push(place);
    }
    return places;
  }

  test('is read into memory of its own, of which messages are views, and nothing is read over them', () => {
    const { reader, frames } = open({ isServer: false });
    const places = readAll(reader, stream);
    expect(places.map((place) => place === pages().read)).toEqual([true, ...places.slice(1).map(() => false)]);
    pages().read.fill(0);
    expect(frames.map((frame) => frame.equals(messages[frames.indexOf(frame)] as Buffer))).toEqual(
      messages.map(() => true),
    );
    const memory = new Set(places.map(({ buffer }) => buffer));
    // The first read is copied, and the last one brings less than a page.
    expect(frames.filter(({ buffer }) => memory.has(buffer)).length).toBeGreaterThan(80);
  });

  test.each([30_000, 45_000, 60_000])('and messages of %i bytes are views of pages, too', (size) => {
    const { reader, frames } = open({ isServer: false });
    const payload = Buffer.alloc(size, 'x');
    const frame = frameBytes({ opcode: OP.text, payload });
    readAll(reader, Buffer.concat(Array.from({ length: 40 }, () => frame)));
    expect(frames.map((one) => one.equals(payload))).toEqual(Array.from({ length: 40 }, () => true));
    expect(frames.filter(({ buffer }) => buffer.byteLength === PAGE_BYTES).length).toBeGreaterThan(30);
  });

  test('by records, as over TLS, is read on behind the frame that has begun', () => {
    const { reader, frames } = open({ isServer: false });
    // The record before them is full: what TLS has read by its page is a copy.
    reader.read(Buffer.from(frameBytes({ opcode: OP.binary, payload: Buffer.alloc(16_380) })));
    const places = readAll(reader, stream, 16_384);
    const memory = new Set(places.map(({ buffer }) => buffer));
    expect(memory.size).toBeLessThan(places.length / 3);
    expect(frames.slice(1).map((frame, i) => frame.equals(messages[i] as Buffer))).toEqual(messages.map(() => true));
    expect(frames.slice(1).filter(({ buffer }) => memory.has(buffer))).toHaveLength(100);
  });

  test('is read by the page again when it has sent less', () => {
    const { reader } = open({ isServer: false });
    readAll(reader, stream.subarray(0, PAGE_BYTES + 1000));
    expect(reader.nextPlace(true)).toBeUndefined();
  });

  test('leaves no page behind small messages that came last', () => {
    const { reader, frames } = open({ isServer: false });
    const last = frameBytes({ opcode: OP.text, payload: 'last' });
    const whole = frameBytes({ opcode: OP.binary, payload: Buffer.alloc(PAGE_BYTES - 4) });
    const [, page] = readAll(reader, Buffer.concat([whole, last]));
    expect(frames[1]?.toString()).toBe('last');
    expect(frames[1]?.buffer).not.toBe(page?.buffer);
  });

  test('and is delivered in turns, keeps them in order, whatever is read meanwhile', async () => {
    const { reader, frames } = open({ isServer: false });
    const bytes = Buffer.concat([...Array.from({ length: 100 }, () => small), stream, small]);
    readAll(reader, bytes);
    const expected = [...Array.from({ length: 100 }, () => 700), 100, 700].reduce((sum, count) => sum + count);
    await eventually(() => frames.length === expected);
    expect(frames.slice(0, 700).map(String)).toEqual(Array.from({ length: 700 }, (_, i) => `${i}`));
    expect(frames.slice(70_000, 70_100).map((frame, i) => frame.equals(messages[i] as Buffer))).toEqual(
      messages.map(() => true),
    );
    expect(frames.slice(-700).map(String)).toEqual(Array.from({ length: 700 }, (_, i) => `${i}`));
  });

  test('gets no page if 64 others have one, and one again when they have ended', () => {
    const readers = Array.from({ length: 65 }, () => open({ isServer: false }).reader);
    for (const reader of readers) reader.read(pages().read.fill(frameBytes({ opcode: OP.binary, payload: 'x' })));
    const placesOf = () => readers.map((reader) => reader.nextPlace(true)?.length);
    expect(placesOf()).toEqual([...Array.from({ length: 64 }, () => PAGE_BYTES), undefined]);
    for (const reader of readers.slice(0, 64)) reader.stop();
    expect(placesOf()).toEqual([...Array.from({ length: 64 }, () => undefined), PAGE_BYTES]);
  });
});

describe('a message that has come in part', () => {
  function timed() {
    const facts: string[] = [];
    const sink = {
      heardAt: 0,
      now: () => sink.heardAt,
      onFrame: () => {},
      onPing: () => {},
      onPong: () => {},
      onClose: () => {},
      onFault: () => {},
      onCongestion: () => {},
      onPart: () => facts.push('part'),
      onSpent: (of: string) => facts.push(`spent ${of}`),
    };
    const allowance = { messages: 5, bytes: 1_000 };
    const reader = new FrameReader(sink, true, { ...OPTIONS, allowance }, undefined);
    const at = (now: number, bytes: Buffer) => {
      sink.heardAt = now;
      reader.read(bytes);
      return reader.partSince;
    };
    return { reader, facts, at, sink };
  }

  test('has come since its first byte, also in a header, however it is cut', () => {
    const { at } = timed();
    const bytes = text('a longer text');
    expect(Array.from(bytes, (_byte, i) => at(100 + i, bytes.subarray(i, i + 1)))).toEqual([
      ...Array.from({ length: bytes.length - 1 }, () => 100),
      0,
    ]);
  });

  test('in fragments has come since the first, whatever control frames are between', () => {
    const { at } = timed();
    const fragment = (opcode: number, fin: boolean) => masked({ opcode, fin, payload: 'x' });
    expect(at(100, fragment(OP.text, false))).toBe(100);
    expect(at(200, masked({ opcode: OP.ping }))).toBe(100);
    expect(at(300, fragment(OP.continuation, false))).toBe(100);
    expect(at(400, fragment(OP.continuation, false).subarray(0, 3))).toBe(100);
    expect(at(500, fragment(OP.continuation, false).subarray(3))).toBe(100);
    expect(at(600, fragment(OP.continuation, true))).toBe(0);
    expect(at(700, fragment(OP.text, false))).toBe(700);
  });

  test('is another one when the one before has come completely', () => {
    const { at } = timed();
    const bytes = text('one');
    expect(at(100, bytes.subarray(0, 5))).toBe(100);
    expect(at(200, Buffer.concat([bytes.subarray(5), bytes.subarray(0, 5)]))).toBe(200);
  });

  test('has the time of a pause again', () => {
    const { at, reader, sink } = timed();
    at(100, text('one').subarray(0, 5));
    reader.pause();
    sink.heardAt = 900;
    reader.resume();
    expect(reader.partSince).toBe(900);
  });

  test('is held, and reported after each read', () => {
    const { at, reader, facts } = timed();
    expect(reader.heldBytes).toBe(0);
    at(100, masked({ opcode: OP.binary, payload: Buffer.alloc(500) }).subarray(0, 200));
    expect(reader.heldBytes).toBeGreaterThanOrEqual(200);
    at(100, masked({ opcode: OP.binary, payload: Buffer.alloc(500) }).subarray(200));
    expect([reader.heldBytes, facts]).toEqual([0, ['part']]);
    at(100, masked({ opcode: OP.binary, fin: false, payload: Buffer.alloc(300) }));
    expect([reader.heldBytes, facts]).toEqual([300, ['part', 'part']]);
  });

  test.each<[string, Buffer]>([
    ['messages', Buffer.concat(Array.from({ length: 5 }, () => text('a')))],
    ['control frames', Buffer.concat(Array.from({ length: 5 }, () => masked({ opcode: OP.ping })))],
    [
      'fragments',
      Buffer.concat(
        Array.from({ length: 5 }, (_, i) => masked({ opcode: i === 0 ? OP.text : OP.continuation, fin: i === 4 })),
      ),
    ],
  ])('five %s spend an allowance of five, in one read or byte by byte', (_what, bytes) => {
    const whole = timed();
    whole.at(100, bytes);
    expect(whole.facts).toEqual(['spent messages']);
    const bit = timed();
    for (let i = 0; i < bytes.length; i += 1) bit.at(100, bytes.subarray(i, i + 1));
    expect(bit.facts.filter((fact) => fact !== 'part')).toEqual(['spent messages']);
  });

  test('a thousand bytes spend an allowance of as many, once each, also of a frame that waits for its turn', () => {
    const { at, reader, facts } = timed();
    at(100, masked({ opcode: OP.binary, payload: Buffer.alloc(1_000) }).subarray(0, 999));
    reader.pause();
    reader.resume();
    expect(facts).toEqual(['part']);
    at(100, masked({ opcode: OP.binary, payload: Buffer.alloc(1_000) }).subarray(999, 1_000));
    expect(facts).toEqual(['part', 'part', 'spent bytes']);
    reader.allow();
    at(100, masked({ opcode: OP.binary, payload: Buffer.alloc(1_000) }).subarray(1_000));
    expect(facts).toHaveLength(3);
  });
});
