import { describe, expect, test, vi } from 'vitest';
import { outsideMemory } from '../../../../src/transport/protocol/outside-memory.js';
import { PAGE_BYTES } from '../../../../src/transport/protocol/pages.js';
import { OwnPage } from '../../../../src/transport/ws/read/own-page.js';

function open(): OwnPage & Disposable {
  const page = OwnPage.open();
  if (page === undefined) throw new Error('there are enough pages');
  return Object.assign(page, { [Symbol.dispose]: () => page.close() });
}

/** Reads so many bytes into it, as a socket does. */
function read(page: OwnPage, letter: string, count: number): Buffer {
  const room = page.takeRoom(true);
  room.fill(letter, 0, count);
  return page.kept(room, count).subarray(0, count);
}

test('hands out the room behind what was read, and another page when there is none', () => {
  using page = open();
  const first = read(page, 'a', 20_000);
  const second = read(page, 'b', PAGE_BYTES - 20_000 - 16_383);
  const third = read(page, 'c', 20_000);
  expect(second.byteOffset).toBe(first.byteOffset + 20_000);
  expect(second.buffer).toBe(first.buffer);
  expect(third.buffer).not.toBe(first.buffer);
  expect([first, second, third].map((bytes) => bytes.toString('latin1', 0, 1))).toEqual(['a', 'b', 'c']);
});

test('what takes little of a page does not keep it, and bytes from elsewhere stay where they are', () => {
  using page = open();
  const room = page.takeRoom(true);
  expect(read(page, 'a', PAGE_BYTES / 8 - 1).buffer).not.toBe(room.buffer);
  expect(read(page, 'a', PAGE_BYTES / 8).buffer).toBe(room.buffer);
  const other = Buffer.from('other');
  expect(page.kept(other, 5)).toBe(other);
});

describe('the beginning of a frame', () => {
  test('stays where it is if the whole fits behind it', () => {
    using page = open();
    const bytes = read(page, 'a', 10_000);
    const frame = page.carried(bytes.subarray(9000), 50_000);
    expect([frame?.buffer, frame?.byteOffset]).toEqual([bytes.buffer, bytes.byteOffset + 9000]);
    expect(page.takeRoom(true).byteOffset).toBe(bytes.byteOffset + 10_000);
  });

  test.each([
    ['the whole does not fit', 60_000, 10_000],
    ['the page is full', 1000, PAGE_BYTES],
    ['the page is full and its length is not known', 0, PAGE_BYTES],
  ])('goes to another page if %s', (_case, length, count) => {
    using page = open();
    const bytes = read(page, 'a', count);
    const frame = page.carried(bytes.subarray(count - 100), length);
    expect(frame?.buffer).not.toBe(bytes.buffer);
    expect(frame?.toString('latin1', 0, 100)).toBe('a'.repeat(100));
    const room = page.takeRoom(false);
    expect([room.buffer, room.byteOffset, room.length]).toEqual([frame?.buffer, 100, PAGE_BYTES - 100]);
  });

  test.each([
    // length of the frame   where the page ends for the next read
    [1000, 65_000],
    [16_388, 49_164],
    [32_768, PAGE_BYTES],
    [60_000, 60_000],
    [0, PAGE_BYTES],
  ])('of %i bytes lets the next read end with such a frame, at %i, and no other if records are read', (length, end) => {
    using page = open();
    const bytes = read(page, 'a', PAGE_BYTES);
    page.carried(bytes.subarray(PAGE_BYTES - 100), length);
    expect(page.takeRoom(true)).toHaveLength(end - 100);
    expect(page.takeRoom(false)).toHaveLength(PAGE_BYTES - 100);
    read(page, 'b', end - 100);
    const next = page.takeRoom(true);
    expect(next.byteOffset + next.length).toBe(PAGE_BYTES - end < 16_384 ? end : PAGE_BYTES);
  });

  test.each([
    [4096, 1],
    [4095, 0],
  ])('of %i bytes has the next pages counted as the memory of such payloads is', (length, counted) => {
    using page = open();
    const bytes = read(page, 'a', PAGE_BYTES);
    page.carried(bytes.subarray(PAGE_BYTES - 100), length);
    page.takeRoom(true);
    read(page, 'b', page.takeRoom(true).length);
    const takeApart = vi.spyOn(outsideMemory, 'takeApart');
    expect(page.takeRoom(true)).not.toHaveLength(0);
    expect(takeApart).toHaveBeenCalledTimes(counted);
    takeApart.mockRestore();
  });

  test('does not make the next read short', () => {
    using page = open();
    const bytes = read(page, 'a', PAGE_BYTES);
    page.carried(bytes.subarray(PAGE_BYTES - 100), 15_000);
    read(page, 'b', 40_000 - 100);
    // One such frame is less than may be read at once.
    expect(page.takeRoom(true)).toHaveLength(PAGE_BYTES - 40_000);
  });

  test('is not carried if it is longer than a page, or if the next bytes go elsewhere already', () => {
    using page = open();
    const bytes = read(page, 'a', 10_000);
    expect(page.carried(bytes.subarray(9000), PAGE_BYTES + 1)).toBeUndefined();
    page.takeRoom(true);
    expect(page.carried(bytes.subarray(9000), 2000)).toBeUndefined();
  });
});
