import { afterEach, expect, test } from 'vitest';
import { BINARY, TEXT } from '../../../../src/transport/protocol/framing.js';
import {
  claimScratch,
  freeScratch,
  putBytes,
  putText,
  SCRATCH_BYTES,
  scratch,
} from '../../../../src/transport/ws/write/scratch.js';
import { parseFrames } from '../../../support/frame-bytes.js';

const written = () => Buffer.from(scratch.buffer.subarray(0, scratch.used));

afterEach(() => freeScratch());

test.each([
  ['unmasked', false],
  ['masked', true],
])('frames are put one behind the other, %s', (_name, isMasked) => {
  putBytes(BINARY, Buffer.from('bytes'), isMasked);
  expect(putText(TEXT, 'text', isMasked)).toBe(4);
  putBytes(BINARY, Buffer.alloc(300, 1), isMasked);
  const { frames, rest } = parseFrames(written());
  expect(frames.map(({ opcode, payload }) => [opcode, payload.toString('latin1', 0, 5)])).toEqual([
    [BINARY, 'bytes'],
    [TEXT, 'text'],
    [BINARY, '\x01\x01\x01\x01\x01'],
  ]);
  expect(rest).toHaveLength(0);
});

test.each([
  ['', 0],
  ['plain', 5],
  ['ä', 2],
  ['x'.repeat(125), 125],
  // As many units as fit the short header, in bytes that do not.
  ['ä'.repeat(64), 128],
  ['€'.repeat(125), 375],
  ['😀'.repeat(100), 400],
  ['€'.repeat(10_000), 30_000],
])('a text is written once, behind the header that its bytes call for: %.10s', (text, bytes) => {
  for (const isMasked of [false, true]) {
    freeScratch();
    putBytes(BINARY, Buffer.from('before'), isMasked);
    expect(putText(TEXT, text, isMasked)).toBe(bytes);
    expect(parseFrames(written()).frames.map(({ payload }) => payload.toString())).toEqual(['before', text]);
  }
});

test('a buffer that is still read is not written to again', () => {
  expect(claimScratch({ emptyScratch: () => false }, 100)).toBe(true);
  putBytes(BINARY, Buffer.from('in flight'), false);
  const inFlight = scratch.buffer.subarray(0, scratch.used);
  freeScratch(true);
  expect(scratch.owner).toBeUndefined();
  putBytes(BINARY, Buffer.from('overwrite'), false);
  expect(inFlight.toString('latin1', 2)).toBe('in flight');
});

test('a new buffer is as large as the old one', () => {
  freeScratch(true);
  expect(scratch.buffer).toHaveLength(SCRATCH_BYTES);
});

test('one owner at a time has the buffer, as long as it has room', () => {
  let isEmptied = false;
  const owner = {
    emptyScratch: () => {
      if (isEmptied) freeScratch();
      return isEmptied;
    },
  };
  const other = { emptyScratch: () => true };
  expect(claimScratch(owner, SCRATCH_BYTES + 1)).toBe(false);
  expect(claimScratch(owner, SCRATCH_BYTES)).toBe(true);
  expect(claimScratch(other, 1)).toBe(false);
  scratch.used = SCRATCH_BYTES - 10;
  expect([claimScratch(owner, 10), claimScratch(owner, 11)]).toEqual([true, false]);
  isEmptied = true;
  expect(claimScratch(owner, 11)).toBe(true);
  expect([scratch.owner, scratch.used]).toEqual([owner, 0]);
});
