import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { closeCodeOf } from '../../../../src/transport/ws/package/ws.js';
import { IrregularFrames } from '../../../../src/transport/ws/read/irregular-frames.js';
import { type FrameParts, masked, OP } from '../../../support/frame-bytes.js';
import { inflaterOf } from '../tellings.js';

const OPTIONS = { maxPayloadBytes: 1000, maxFragments: 3, perMessageDeflate: false };

function open(isDeflated = false) {
  const messages: string[] = [];
  const inflater = isDeflated ? inflaterOf(true, OPTIONS.maxPayloadBytes) : undefined;
  const frames = new IrregularFrames(
    { onMessage: (data, isBinary) => messages.push(`${isBinary ? 'binary' : 'text'} ${data.toString()}`) },
    true,
    OPTIONS,
    inflater,
  );
  return { frames, messages, inflater };
}

const compressed = (text: string | Buffer) =>
  deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

const START_OF_TEXT = OP.text;
const MIDDLE = OP.continuation;
const LAST = 0x80 | OP.continuation;

describe('fragments', () => {
  test('are put together, and told with the last', () => {
    const { frames, messages } = open();
    expect(frames.take(Buffer.from('a'), START_OF_TEXT)).toBeUndefined();
    expect(messages).toEqual([]);
    expect(frames.take(Buffer.from('b'), LAST)).toBeUndefined();
    expect(frames.take(Buffer.from('c'), OP.binary)).toBeUndefined();
    expect(frames.take(Buffer.alloc(0), LAST)).toBeUndefined();
    expect(messages).toEqual(['text ab', 'binary c']);
  });

  test('beyond the limit are answered at once with what is wrong', () => {
    const { frames } = open();
    for (let i = 0; i < 3; i++) expect(frames.take(Buffer.from('.'), i === 0 ? START_OF_TEXT : MIDDLE)).toBeUndefined();
    const error = frames.take(Buffer.from('.'), MIDDLE);
    expect(error).toBeInstanceOf(Error);
    expect(closeCodeOf(error as Error)).toBe(1008);
  });

  test('that make no text are answered at once with what is wrong', () => {
    const { frames, messages } = open();
    frames.take(Buffer.of(0xe2), START_OF_TEXT);
    const error = frames.take(Buffer.from('no'), LAST);
    expect(closeCodeOf(error as Error)).toBe(1007);
    expect(messages).toEqual([]);
  });

  test.each([
    ['that would make the message too long', { opcode: OP.continuation, payload: 'x'.repeat(996) }, 1009],
    ['with reserved bits', { opcode: OP.continuation, rsv: 2, payload: 'x' }, 1002],
  ] as const)('are faulty if one follows %s', (_name, parts, code) => {
    const { frames } = open();
    frames.take(Buffer.from('12345'), START_OF_TEXT);
    expect(closeCodeOf(frames.fault(masked(parts)) as Error)).toBe(code);
  });
});

describe('short compressed messages', () => {
  const now = (parts: FrameParts) => {
    const { frames, messages } = open(true);
    const frame = masked({ rsv: 4, ...parts });
    return { result: frames.inflateNow(frame, frame.length - Buffer.from(parts.payload ?? '').length), messages };
  };

  test('are told at once', () => {
    expect(now({ opcode: OP.binary, payload: compressed('hello') })).toEqual({
      result: undefined,
      messages: ['binary hello'],
    });
    expect(now({ opcode: OP.text, payload: compressed('€') })).toEqual({ result: undefined, messages: ['text €'] });
  });

  test('are answered with what is wrong: no text, no compressed data', () => {
    for (const payload of [compressed(Buffer.of(0xff)), Buffer.of(0xff, 0xff)]) {
      const { result, messages } = now({ opcode: OP.text, payload });
      expect(closeCodeOf(result as Error)).toBe(1007);
      expect(messages).toEqual([]);
    }
  });

  test('that come to more than is inflated at once are for later', () => {
    const { frames, inflater } = open(true);
    inflater?.close();
    const frame = masked({ opcode: OP.text, rsv: 4, payload: Buffer.alloc(5000) });
    expect(frames.inflateNow(frame, 8)).toBe('later');
  });
});

describe('compressed messages', () => {
  test('are told before the caller is told that they are inflated', async () => {
    const { frames, messages, inflater } = open(true);
    const seen = await new Promise((resolve) => {
      frames.inflate(masked({ opcode: OP.binary, rsv: 4, payload: compressed('hello') }), (error) =>
        resolve([error, ...messages]),
      );
    });
    expect(seen).toEqual([undefined, 'binary hello']);
    inflater?.close();
  });

  test('that inflate to more than is allowed are an error', async () => {
    const { frames, inflater } = open(true);
    const error = await new Promise<Error | undefined>((resolve) => {
      frames.inflate(masked({ opcode: OP.text, rsv: 4, payload: compressed('x'.repeat(2000)) }), resolve);
    });
    expect(closeCodeOf(error as Error)).toBe(1009);
    inflater?.close();
  });
});
