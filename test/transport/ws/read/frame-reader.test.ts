import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pages } from '../../../../src/transport/protocol/pages.js';
import { closeCodeOf } from '../../../../src/transport/ws/package/ws.js';
import { FrameReader } from '../../../../src/transport/ws/read/frame-reader.js';
import type { ReaderSink } from '../../../../src/transport/ws/read/reader-sink.js';
import { eventually } from '../../../support/eventually.js';
import { closeBytes, type FrameParts, frameBytes, masked, OP } from '../../../support/frame-bytes.js';
import { inflaterOf } from '../tellings.js';

const MIB = 1024 * 1024;
const OPTIONS = { maxPayloadBytes: 2 * MIB, maxFragments: 1000, perMessageDeflate: false };

interface Settings {
  readonly isServer?: boolean;
  readonly isDeflated?: boolean;
  readonly maxPayloadBytes?: number;
  readonly maxFragments?: number;
  readonly onFrame?: (reader: FrameReader) => void;
}

function open({ isServer = true, isDeflated = false, onFrame, ...limits }: Settings = {}) {
  const told: string[] = [];
  const frames: Buffer[] = [];
  const sink: ReaderSink = {
    onFrame: (data, isBinary) => {
      frames.push(data);
      told.push(`${isBinary ? 'binary' : 'text'} ${data.toString('latin1', 0, 20)}`);
      onFrame?.(reader);
    },
    onPing: (payload) => told.push(`ping ${payload.toString()}`),
    onPong: (payload) => told.push(`pong ${payload.toString()}`),
    onClose: (code, reason) => told.push(`close ${code} ${reason}`.trimEnd()),
    onFault: (error) => told.push(`fault ${closeCodeOf(error)}`),
    onCongestion: (isCongested) => told.push(isCongested ? 'congested' : 'clear'),
  };
  const options = { ...OPTIONS, ...limits };
  const inflater = isDeflated ? inflaterOf(isServer, options.maxPayloadBytes) : undefined;
  const reader = new FrameReader(sink, isServer, options, inflater);
  return { reader, told, frames, inflater };
}

const text = (payload: string) => masked({ opcode: OP.text, payload });
const compressed = (payload: string): FrameParts => ({
  opcode: OP.text,
  rsv: 4,
  payload: deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4),
});

describe('a flood of frames', () => {
  const flood = (count: number) => Buffer.concat(Array.from({ length: count }, (_, i) => text(String(i))));
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `text ${from + i}`);

  test('is told in turns of the loop, between which others have theirs; the socket is held meanwhile', async () => {
    const { reader, told } = open();
    reader.read(flood(300));
    expect(told).toEqual([...numbers(0, 128), 'congested']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told.slice(129)).toEqual(numbers(128, 256));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told.slice(257)).toEqual([...numbers(256, 300), 'clear']);
  });

  test('that is paused, or read on meanwhile, keeps its order', async () => {
    const { reader, told } = open();
    reader.read(flood(200));
    reader.pause();
    reader.read(text('last'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toHaveLength(129);
    reader.resume();
    expect(told.filter((line) => line.startsWith('text'))).toEqual([...numbers(0, 200), 'text last']);
  });

  test('is told at once when the socket is gone', () => {
    const { reader, told } = open();
    reader.finish();
    reader.read(flood(1000));
    expect(told).toEqual(numbers(0, 1000));
  });

  test('of a stopped reader is told no further, and what waits for its end is told', async () => {
    const { reader, told } = open();
    let isTold = false;
    reader.read(flood(200));
    reader.whenDelivered(() => {
      isTold = true;
    });
    expect(isTold).toBe(false);
    reader.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect([told.length, isTold]).toEqual([130, true]);
  });
});

describe('whole frames', () => {
  test('of one chunk are told in order, data and control alike', () => {
    const { reader, told } = open();
    reader.read(
      Buffer.concat([
        text('a'),
        masked({ opcode: OP.ping, payload: 'p' }),
        masked({ opcode: OP.binary, payload: 'b' }),
        masked({ opcode: OP.pong, payload: 'q' }),
      ]),
    );
    expect(told).toEqual(['text a', 'ping p', 'binary b', 'pong q']);
  });

  test('are told at the byte that completes them, however they come', () => {
    const { reader, told } = open();
    const bytes = masked({ opcode: OP.binary, payload: 'x'.repeat(300) });
    for (const [i, byte] of bytes.entries()) {
      expect(told).toHaveLength(0);
      reader.read(Buffer.of(byte));
      if (i === bytes.length - 1) expect(told).toHaveLength(1);
    }
  });

  test('are views of the chunk they came in', () => {
    const { reader, frames } = open();
    const chunk = Buffer.concat([text('a'), text('b')]);
    reader.read(chunk);
    expect(frames.map(({ buffer }) => buffer)).toEqual([chunk.buffer, chunk.buffer]);
  });

  test('of the read page are copies, whatever becomes of them', () => {
    const { reader, told, frames } = open({ onFrame: (own) => own.pause() });
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
    expect(told).toHaveLength(4);
  });

  test('of a server come unmasked, and a mask is a fault', () => {
    const client = open({ isServer: false });
    client.reader.read(frameBytes({ opcode: OP.text, payload: 'plain' }));
    client.reader.read(text('masked'));
    expect(client.told).toEqual(['text plain', 'fault 1002']);
    const server = open();
    server.reader.read(frameBytes({ opcode: OP.text, payload: 'plain' }));
    expect(server.told).toEqual(['fault 1002']);
  });
});

describe('limits', () => {
  test('a message of just the limit is told, one byte more is a fault that is told at its header', () => {
    const { reader, told } = open({ maxPayloadBytes: 100 });
    reader.read(masked({ opcode: OP.binary, payload: Buffer.alloc(100) }));
    reader.read(masked({ opcode: OP.binary, announced: 101 }));
    expect(told.slice(1)).toEqual(['fault 1009']);
  });

  test('fragments count together, and a new message starts anew', () => {
    const { reader, told } = open({ maxPayloadBytes: 100 });
    const piece = (opcode: number, fin: boolean) => masked({ opcode, fin, payload: 'x'.repeat(50) });
    reader.read(
      Buffer.concat([
        piece(OP.text, false),
        piece(OP.continuation, true),
        piece(OP.text, false),
        piece(OP.continuation, false),
      ]),
    );
    expect(told).toEqual(['text xxxxxxxxxxxxxxxxxxxx']);
    reader.read(masked({ opcode: OP.continuation, payload: 'x' }));
    expect(told.slice(1)).toEqual(['fault 1009']);
  });

  test('as many fragments as allowed make a message, one more is a fault', () => {
    const message = (pieces: number) =>
      Buffer.concat(
        Array.from({ length: pieces }, (_, i) =>
          masked({ opcode: i === 0 ? OP.text : OP.continuation, fin: i === pieces - 1, payload: '.' }),
        ),
      );
    const { reader, told } = open({ maxFragments: 5 });
    reader.read(Buffer.concat([message(5), message(6)]));
    expect(told).toEqual(['text .....', 'fault 1008']);
  });
});

describe('after a Close or a fault nothing is told', () => {
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
  ])('%s', (_name, parts, telling) => {
    const { reader, told } = open();
    reader.read(Buffer.concat([text('before'), masked(parts), text('behind')]));
    reader.read(text('later'));
    expect(told).toEqual(['text before', telling]);
  });

  test('fragments that make no text, with whole frames behind them in the same chunk', () => {
    const { reader, told } = open();
    const half = Buffer.from('€').subarray(0, 2);
    reader.read(
      Buffer.concat([
        masked({ opcode: OP.text, fin: false, payload: half }),
        masked({ opcode: OP.continuation, payload: 'no' }),
        text('behind'),
      ]),
    );
    expect(told).toEqual(['fault 1007']);
  });
});

describe('a pause', () => {
  test('holds the frames behind the one being told, and what is read then, in order', () => {
    const { reader, told } = open({ onFrame: (own) => own.pause() });
    reader.read(Buffer.concat([text('one'), text('two')]));
    reader.read(text('three'));
    expect(told).toEqual(['text one']);
    reader.resume();
    expect(told).toEqual(['text one', 'text two']);
    reader.resume();
    expect(told).toEqual(['text one', 'text two', 'text three']);
  });

  test('that ends while the frame is still being told is none', () => {
    const { reader, told } = open({
      onFrame: (own) => {
        own.pause();
        own.resume();
      },
    });
    reader.read(Buffer.concat([text('one'), text('two')]));
    expect(told).toEqual(['text one', 'text two']);
  });

  test('is over for good when the reader is hurried', () => {
    const { reader, told } = open({ onFrame: (own) => own.pause() });
    reader.read(Buffer.concat([text('one'), text('two'), text('three')]));
    reader.finish();
    expect(told).toEqual(['text one', 'text two', 'text three']);
  });

  test('delays the news that everything was told', () => {
    const { reader, told } = open({ onFrame: (own) => own.pause() });
    reader.read(Buffer.concat([text('one'), text('two')]));
    reader.whenDelivered(() => told.push('all told'));
    expect(told).toEqual(['text one']);
    reader.resume();
    expect(told).toEqual(['text one', 'text two', 'all told']);
  });
});

test('a stopped reader tells nothing, and that it has nothing more to tell', () => {
  const { reader, told } = open({ onFrame: (own) => own.stop() });
  reader.whenDelivered(() => told.push('all told'));
  reader.read(Buffer.concat([text('one'), text('two')]));
  reader.read(text('three'));
  reader.whenDelivered(() => told.push('all told again'));
  expect(told).toEqual(['all told', 'text one', 'all told again']);
});

describe('compressed messages', () => {
  test('are told at once if they are short', () => {
    const { reader, told } = open({ isDeflated: true });
    reader.read(
      Buffer.concat([
        text('one'),
        masked(compressed('two')),
        text('three'),
        masked({ opcode: OP.close, payload: closeBytes(1000) }),
      ]),
    );
    expect(told).toEqual(['text one', 'text two', 'text three', 'close 1000']);
  });

  test('cost more than plain ones: fewer of them are told in one turn of the loop', async () => {
    const { reader, told } = open({ isDeflated: true });
    reader.read(Buffer.concat(Array.from({ length: 20 }, () => masked(compressed('more')))));
    expect(told).toEqual([...Array.from({ length: 16 }, () => 'text more'), 'congested']);
    await eventually(() => told.length === 22);
  });

  test('are told in their place among the others', async () => {
    const { reader, told, inflater } = open({ isDeflated: true });
    const two = 'two '.repeat(10_000);
    reader.read(
      Buffer.concat([
        text('one'),
        masked(compressed(two)),
        text('three'),
        masked({ opcode: OP.close, payload: closeBytes(1000) }),
      ]),
    );
    expect(told).toEqual(['text one']);
    await eventually(() => told.length === 4);
    expect(told).toEqual(['text one', `text ${two.slice(0, 20)}`, 'text three', 'close 1000']);
    inflater?.close();
  });

  test('hold the socket back when too much waits behind one', async () => {
    const { reader, told, inflater } = open({ isDeflated: true });
    reader.read(masked(compressed('one '.repeat(10_000))));
    const small = masked({ opcode: OP.binary, payload: Buffer.alloc(60_000) });
    reader.read(small);
    expect(told).toEqual([]);
    reader.read(small);
    expect(told).toEqual(['congested']);
    await eventually(() => told.length === 5);
    expect(told.map((telling) => telling.split(' ')[0])).toEqual(['congested', 'text', 'binary', 'binary', 'clear']);
    inflater?.close();
  });

  test('are not waited for by a stopped reader, save that it is still at work', async () => {
    const { reader, told, inflater } = open({ isDeflated: true });
    reader.read(masked(compressed('one '.repeat(10_000))));
    reader.stop();
    reader.whenDelivered(() => told.push('at rest'));
    expect(told).toEqual([]);
    await eventually(() => told.length > 0);
    expect(told).toEqual(['at rest']);
    inflater?.close();
  });

  test('that do not inflate are a fault, and nothing behind them is told', async () => {
    const { reader, told, inflater } = open({ isDeflated: true });
    reader.read(
      Buffer.concat([masked({ opcode: OP.text, rsv: 4, payload: Buffer.of(0xff, 0xff, 0xff) }), text('behind')]),
    );
    await eventually(() => told.length > 0);
    expect(told).toEqual(['fault 1007']);
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
