import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { closeCodeOf } from '../../../../src/transport/ws/package/ws.js';
import { IrregularFrames } from '../../../../src/transport/ws/read/irregular-frames.js';
import { type FrameParts, masked, OP } from '../../../support/frame-bytes.js';
import { inflaterOf } from '../reader-events.js';

const OPTIONS = { maxPayloadBytes: 1000, maxFragments: 3, perMessageDeflate: false };

function open(isDeflated = false) {
  const messages: string[] = [];
  const inflater = isDeflated ? inflaterOf(true, OPTIONS.maxPayloadBytes) : undefined;
  let onInflated: (result: unknown[]) => void = () => {};
  const frames = new IrregularFrames(
    {
      onMessage: (data, isBinary) => messages.push(`${isBinary ? 'binary' : 'text'} ${data.toString()}`),
      onInflated: (error) => onInflated([error, ...messages]),
    },
    true,
    OPTIONS,
    inflater,
  );
  const take = (parts: FrameParts) => {
    const payload = Buffer.from(parts.payload ?? '');
    const frame = masked({ ...parts, payload });
    return frames.take(frame, 0, frame.length - payload.length, frame.length);
  };
  /** What is reported next about a frame that was left to the background, and the messages delivered until then. */
  const inflated = () =>
    new Promise<unknown[]>((resolve) => {
      onInflated = resolve;
    });
  return { frames, messages, inflater, take, inflated };
}

const compressed = (text: string | Buffer) =>
  deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

const start = (payload: string | Buffer, opcode: number = OP.text) => ({ opcode, fin: false, payload });
const middle = (payload: string) => ({ opcode: OP.continuation, fin: false, payload });
const last = (payload: string) => ({ opcode: OP.continuation, payload });

describe('fragments', () => {
  test('are joined, and delivered with the last', () => {
    const { messages, take } = open();
    expect(take(start('a'))).toBeUndefined();
    expect(messages).toEqual([]);
    expect(take(last('b'))).toBeUndefined();
    expect(take(start('c', OP.binary))).toBeUndefined();
    expect(take(last(''))).toBeUndefined();
    expect(messages).toEqual(['text ab', 'binary c']);
  });

  test('are counted until the last', () => {
    const { frames, take } = open();
    expect([frames.isFragmented, frames.fragmentBytes]).toEqual([false, 0]);
    take(start('abc'));
    expect([frames.isFragmented, frames.fragmentBytes]).toEqual([true, 3]);
    take(middle('de'));
    expect([frames.isFragmented, frames.fragmentBytes]).toEqual([true, 5]);
    take(last('f'));
    expect([frames.isFragmented, frames.fragmentBytes]).toEqual([false, 0]);
  });

  test('beyond the limit are an error at once', () => {
    const { take } = open();
    for (let i = 0; i < 3; i++) expect(take(i === 0 ? start('.') : middle('.'))).toBeUndefined();
    const error = take(middle('.'));
    expect(error).toBeInstanceOf(Error);
    expect(closeCodeOf(error as Error)).toBe(1008);
  });

  // A fault was found with the last fragment only, which a peer need not send.
  test.each([
    ['in the first', [start(Buffer.of(0xff))]],
    ['in a later one', [start('a'), { ...middle(''), payload: Buffer.of(0xff) }]],
    ['in a character that goes over two', [start(Buffer.of(0xed)), { ...middle(''), payload: Buffer.of(0xa0) }]],
  ] as [string, FrameParts[]][])('that can never be a text are an error at once: %s', (_name, parts) => {
    const { take } = open();
    const errors = parts.map((each) => take(each));
    expect(errors.slice(0, -1)).toEqual(errors.slice(0, -1).map(() => undefined));
    expect(closeCodeOf(errors.at(-1) as Error)).toBe(1007);
  });

  test('end where a character does not, and go on with the rest of it', () => {
    const { messages, take } = open();
    const bytes = Buffer.from('a€b');
    expect(take(start(bytes.subarray(0, 2)))).toBeUndefined();
    expect(take({ ...last(''), payload: bytes.subarray(2) })).toBeUndefined();
    expect(messages).toEqual(['text a€b']);
  });

  test('that are not a text together are an error at once', () => {
    const { messages, take } = open();
    take(start(Buffer.of(0xe2)));
    const error = take(last('no'));
    expect(closeCodeOf(error as Error)).toBe(1007);
    expect(messages).toEqual([]);
  });

  test.each([
    ['that would make the message too long', { opcode: OP.continuation, payload: 'x'.repeat(996) }, 1009],
    ['with reserved bits', { opcode: OP.continuation, rsv: 2, payload: 'x' }, 1002],
  ] as const)('are faulty if one follows %s', (_name, parts, code) => {
    const { frames, take } = open();
    take(start('12345'));
    expect(closeCodeOf(frames.faultOf(masked(parts)) as Error)).toBe(code);
  });
});

describe('short compressed messages', () => {
  const now = (parts: FrameParts) => {
    const { messages, take } = open(true);
    return { result: take({ rsv: 4, ...parts }), messages };
  };

  test('are delivered at once', () => {
    expect(now({ opcode: OP.binary, payload: compressed('hello') })).toEqual({
      result: undefined,
      messages: ['binary hello'],
    });
    expect(now({ opcode: OP.text, payload: compressed('€') })).toEqual({ result: undefined, messages: ['text €'] });
  });

  test('are an error if they are not a text, or not compressed data', () => {
    for (const payload of [compressed(Buffer.of(0xff)), Buffer.of(0xff, 0xff)]) {
      const { result, messages } = now({ opcode: OP.text, payload });
      expect(closeCodeOf(result as Error)).toBe(1007);
      expect(messages).toEqual([]);
    }
  });

  test('that are longer than is inflated at once are left to the background', () => {
    const { take, inflater } = open(true);
    inflater?.close();
    expect(take({ opcode: OP.text, rsv: 4, payload: Buffer.alloc(5000) })).toBe('later');
  });
});

describe('compressed messages left to the background', () => {
  test('are delivered before their last fragment is reported as inflated', async () => {
    const { take, inflater, inflated } = open(true);
    const bytes = compressed('hello');
    expect(take({ opcode: OP.binary, rsv: 4, fin: false, payload: bytes.subarray(0, 3) })).toBe('later');
    expect(await inflated()).toEqual([undefined]);
    expect(take({ opcode: OP.continuation, payload: bytes.subarray(3) })).toBe('later');
    expect(await inflated()).toEqual([undefined, 'binary hello']);
    inflater?.close();
  });

  test('that inflate to more than is allowed are an error', async () => {
    const { take, inflater, inflated } = open(true);
    const bytes = compressed('x'.repeat(2000));
    expect(take({ opcode: OP.text, rsv: 4, fin: false, payload: bytes.subarray(0, 3) })).toBe('later');
    expect(await inflated()).toEqual([undefined]);
    expect(take({ opcode: OP.continuation, payload: bytes.subarray(3) })).toBe('later');
    const [error] = await inflated();
    expect(closeCodeOf(error as Error)).toBe(1009);
    inflater?.close();
  });
});

describe('a message is in crumbs', () => {
  const MANY = { ...OPTIONS, maxPayloadBytes: 100_000, maxFragments: 5000 };

  test.each([
    ['from 1,024 fragments on that hold fewer than 16 bytes each', 1024, 'x', true],
    ['not before', 1023, 'x', false],
    ['not if they hold more on average', 2000, 'x'.repeat(16), false],
  ])('%s', (_name, count, payload, expected) => {
    const frames = new IrregularFrames({ onMessage: () => {}, onInflated: () => {} }, false, MANY, undefined);
    const take = (first: number) => {
      const bytes = Buffer.concat([Buffer.of(first, payload.length), Buffer.from(payload)]);
      expect(frames.take(bytes, 0, 2, bytes.length)).toBeUndefined();
    };
    take(0x02);
    for (let i = 1; i < count; i += 1) take(0x00);
    expect(frames.isInCrumbs).toBe(expected);
    take(0x80);
    expect(frames.isInCrumbs).toBe(false);
  });
});
