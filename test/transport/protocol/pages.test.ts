import { expect, test, vi } from 'vitest';
import { PAGE_BYTES, pages } from '../../../src/transport/protocol/pages.js';

test('are made once', () => {
  expect(pages()).toBe(pages());
  expect([pages().read.length, pages().work.length]).toEqual([PAGE_BYTES, PAGE_BYTES]);
});

test('are masked from either of them into the second', () => {
  const { read, work, mask } = pages();
  if (mask === undefined) throw new Error('this V8 has no WebAssembly');
  read.set([1, 2, 3, 4, 5], 7);
  mask(7, 5, 0x40302010);
  expect([...work.subarray(0, 5)]).toEqual([0x11, 0x22, 0x33, 0x44, 0x15]);
  mask(PAGE_BYTES, 5, 0x40302010);
  expect([...work.subarray(0, 5)]).toEqual([1, 2, 3, 4, 5]);
  expect([...read.subarray(7, 12)]).toEqual([1, 2, 3, 4, 5]);
});

test('are masked to their last byte, and no further', () => {
  const { read, work, mask } = pages();
  read.fill(0x0f);
  mask?.(0, PAGE_BYTES, -1);
  expect(work.every((byte) => byte === 0xf0)).toBe(true);
  expect(() => mask?.(1, PAGE_BYTES + 64, -1)).toThrow('memory access out of bounds');
});

test('are plain memory where V8 has no WebAssembly', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  vi.resetModules();
  try {
    const without = await import('../../../src/transport/protocol/pages.js');
    expect(without.pages()).toMatchObject({ read: { length: PAGE_BYTES }, mask: undefined });
  } finally {
    vi.unstubAllGlobals();
    // The files after this one get modules that have it.
    vi.resetModules();
  }
});
