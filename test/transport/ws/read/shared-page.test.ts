import { beforeEach, describe, expect, test } from 'vitest';
import { pages } from '../../../../src/transport/protocol/pages.js';
import { isSharedPage, ownedSlice, payloadOf, restored } from '../../../../src/transport/ws/read/shared-page.js';
import { xored } from '../../../support/frame-bytes.js';

const KEY = Buffer.of(1, 2, 3, 4);
const masked = Buffer.concat([KEY, xored(Buffer.from('payload'), KEY)]);
const [FROM, TO] = [KEY.length, masked.length];
const SCRIBBLE = 0xaa;

describe('the read page', () => {
  beforeEach(() => {
    pages().read.fill(SCRIBBLE);
    pages().read.set(masked);
  });

  test('is handed out as a view', () => {
    expect(isSharedPage(pages().read)).toBe(true);
  });

  test('is copied to be kept', () => {
    const copy = ownedSlice(pages().read, 0, TO);
    pages().read.fill(SCRIBBLE);
    expect(copy).toEqual(masked);
  });

  test.each([
    ['unmasked', true, Buffer.from('payload')],
    ['as it is', false, masked.subarray(FROM)],
  ])('gives a payload as a copy, %s, and stays as it was', (_name, isMasked, payload) => {
    const copy = payloadOf(pages().read, FROM, TO, isMasked);
    expect(restored(pages().read, 0, FROM, TO, isMasked)).toEqual(masked);
    expect(pages().read.subarray(0, TO)).toEqual(masked);
    pages().read.fill(SCRIBBLE);
    expect(copy).toEqual(payload);
  });
});

describe('other bytes', () => {
  test('are not handed out as views, whatever they hold', () => {
    expect(isSharedPage(Buffer.from(pages().read))).toBe(false);
  });

  test('are kept as a view', () => {
    const bytes = Buffer.from(masked);
    expect(ownedSlice(bytes, 2, 5).buffer).toBe(bytes.buffer);
    expect(ownedSlice(bytes, 2, 5)).toEqual(masked.subarray(2, 5));
  });

  test('are unmasked in place, and restored', () => {
    const bytes = Buffer.from(masked);
    const payload = payloadOf(bytes, FROM, TO, true);
    expect([payload.toString(), payload.buffer]).toEqual(['payload', bytes.buffer]);
    expect(restored(bytes, 0, FROM, TO, true)).toEqual(masked);
    expect(bytes).toEqual(masked);
  });

  test('without a mask stay as they are', () => {
    const bytes = Buffer.from(masked);
    expect(payloadOf(bytes, FROM, TO, false)).toEqual(masked.subarray(FROM));
    expect(restored(bytes, 0, FROM, TO, false)).toEqual(masked);
    expect(bytes).toEqual(masked);
  });
});
