import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { IrregularFrames } from '../../../src/transport/ws/irregular-frames.js';
import { closeCodeOf } from '../../../src/transport/ws/ws.js';
import { masked, OP } from '../../support/frame-bytes.js';
import { deflateOf } from './tellings.js';

const OPTIONS = { maxPayloadBytes: 1000, maxFragments: 3, perMessageDeflate: false };

function open(isDeflated = false) {
  const messages: string[] = [];
  const deflate = isDeflated ? deflateOf(true, OPTIONS.maxPayloadBytes) : undefined;
  const frames = new IrregularFrames(
    { onMessage: (data, isBinary) => messages.push(`${isBinary ? 'binary' : 'text'} ${data.toString()}`) },
    true,
    OPTIONS,
    deflate,
  );
  return { frames, messages, deflate };
}

const compressed = (text: string) => deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

describe('fragments', () => {
  test('are put together, and told with the last', () => {
    const { frames, messages } = open();
    expect(frames.take(masked({ opcode: OP.text, fin: false, payload: 'a' }))).toBeUndefined();
    expect(messages).toEqual([]);
    expect(frames.take(masked({ opcode: OP.continuation, payload: 'b' }))).toBeUndefined();
    expect(messages).toEqual(['text ab']);
  });

  test('beyond the limit are answered at once with what is wrong', () => {
    const { frames } = open();
    for (let i = 0; i < 3; i++) expect(frames.take(masked({ opcode: i === 0 ? OP.text : OP.continuation, fin: false, payload: '.' }))).toBeUndefined();
    const error = frames.take(masked({ opcode: OP.continuation, fin: false, payload: '.' }));
    expect(error).toBeInstanceOf(Error);
    expect(closeCodeOf(error as Error)).toBe(1008);
  });

  test('that make no text are answered at once with what is wrong', () => {
    const { frames, messages } = open();
    frames.take(masked({ opcode: OP.text, fin: false, payload: Buffer.of(0xe2) }));
    const error = frames.take(masked({ opcode: OP.continuation, payload: 'no' }));
    expect(closeCodeOf(error as Error)).toBe(1007);
    expect(messages).toEqual([]);
  });
});

describe('compressed messages', () => {
  test('are told before the caller is told that they are inflated', async () => {
    const { frames, messages, deflate } = open(true);
    const seen = await new Promise((resolve) => {
      frames.inflate(masked({ opcode: OP.binary, rsv: 4, payload: compressed('hello') }), (error) => resolve([error, ...messages]));
    });
    expect(seen).toEqual([undefined, 'binary hello']);
    deflate?.cleanup();
  });

  test('that inflate to more than is allowed are an error', async () => {
    const { frames, deflate } = open(true);
    const error = await new Promise<Error | undefined>((resolve) => {
      frames.inflate(masked({ opcode: OP.text, rsv: 4, payload: compressed('x'.repeat(2000)) }), resolve);
    });
    expect(closeCodeOf(error as Error)).toBe(1009);
    deflate?.cleanup();
  });
});
