import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Inflater } from '../../../../src/transport/ws/deflate/inflater.js';
import { closeCodeOf } from '../../../../src/transport/ws/package/ws.js';
import { frameBytes, masked, OP } from '../../../support/frame-bytes.js';
import { compressedBy, deflateOf, type HeaderParams, inflaterOf } from '../reader-events.js';

const MIB = 1024 * 1024;

function now(inflater: Inflater, payload: Buffer): Buffer | Error | undefined {
  const frame = masked({ opcode: OP.binary, rsv: 4, payload });
  return inflater.inflateNow(frame, frame.length - payload.length, true);
}

const later = (inflater: Inflater, payload: Buffer, fin = true) =>
  new Promise<Buffer | Error | undefined>((resolve) =>
    inflater.decompress(payload, fin, (error, data) => resolve(error ?? data)),
  );

/** A peer, and the inflater of what it sends. */
function pair(params: HeaderParams = {}, maxPayload = MIB) {
  return { peer: deflateOf(false, 0, params), inflater: inflaterOf(true, maxPayload, params) };
}

test('a short message is inflated at once, of either role, and its frame stays as it was', () => {
  for (const isMasked of [true, false]) {
    const payload = deflateRawSync('short');
    const frame = isMasked ? masked({ opcode: OP.text, payload }) : frameBytes({ opcode: OP.text, payload });
    const copy = Buffer.from(frame);
    expect(String(inflaterOf(isMasked, MIB).inflateNow(frame, frame.length - payload.length, isMasked))).toBe('short');
    expect(frame).toEqual(copy);
  }
});

test('a long message, and one that comes to much, are for the background', () => {
  const { inflater } = pair();
  expect(now(inflater, Buffer.alloc(4097))).toBeUndefined();
  expect(now(inflater, deflateRawSync(Buffer.alloc(20_000)))).toBeUndefined();
});

test('a message that inflates to more than is allowed is reported as too big', () => {
  const { inflater } = pair({}, 1000);
  expect(now(inflater, deflateRawSync(Buffer.alloc(1000)))).toHaveLength(1000);
  expect(closeCodeOf(now(inflater, deflateRawSync(Buffer.alloc(1001))) as Error)).toBe(1009);
});

test('invalid compressed data is reported as 1007', async () => {
  expect(closeCodeOf(now(pair().inflater, Buffer.of(0xff, 0xff)) as Error)).toBe(1007);
  expect(closeCodeOf((await later(pair().inflater, Buffer.of(0xff, 0xff))) as Error)).toBe(1007);
});

describe.each([
  ['with context takeover', {}],
  ['without context takeover', { client_no_context_takeover: [true] }],
  ['with a small window', { client_max_window_bits: ['9'] }],
] as const)('%s', (_name, params) => {
  test('messages inflate in any mix of ways: at once, in the background, in fragments', async () => {
    const { peer, inflater } = pair(params);
    for (const [i, way] of ['now', 'later', 'now', 'fragments', 'now', 'later', 'fragments', 'now'].entries()) {
      const text = `the same words ${i} `.repeat(30);
      if (way === 'fragments') {
        const half = text.length / 2;
        const parts = [
          await compressedBy(peer, Buffer.from(text.slice(0, half)), false),
          await compressedBy(peer, Buffer.from(text.slice(half))),
        ] as const;
        expect([String(await later(inflater, parts[0], false)), String(await later(inflater, parts[1]))].join('')).toBe(
          text,
        );
      } else {
        const payload = await compressedBy(peer, Buffer.from(text));
        expect(String(way === 'now' ? now(inflater, payload) : await later(inflater, payload))).toBe(text);
      }
    }
    inflater.close();
    peer.cleanup();
  });
});

test('behind a last block nothing before it is referred to', async () => {
  const { inflater } = pair();
  const ended = deflateRawSync('the same words');
  const refersBack = deflateRawSync('the same words', { dictionary: Buffer.from('the same words') });
  expect(String(now(inflater, ended))).toBe('the same words');
  expect(closeCodeOf(now(inflater, refersBack) as Error)).toBe(1007);
});

describe('closed', () => {
  test('at its work, it ends that, and frees zlib only then', async () => {
    const { peer, inflater } = pair();
    const payload = await compressedBy(peer, Buffer.alloc(MIB));
    const underWay = later(inflater, payload);
    inflater.close();
    expect(await underWay).toHaveLength(MIB);
    expect(await later(inflater, payload)).toBeInstanceOf(Error);
    peer.cleanup();
  });

  test('between fragments, it inflates no more', async () => {
    const { inflater } = pair();
    const payload = deflateRawSync('a fragment');
    expect(await later(inflater, payload.subarray(0, 4), false)).toBeInstanceOf(Buffer);
    inflater.close();
    expect(await later(inflater, payload.subarray(4))).toBeInstanceOf(Error);
  });
});
