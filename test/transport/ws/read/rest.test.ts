import { describe, expect, test } from 'vitest';
import { PAGE_BYTES, pages } from '../../../../src/transport/protocol/pages.js';
import { takeRoom } from '../../../../src/transport/protocol/rooms.js';
import { Rest } from '../../../../src/transport/ws/read/rest.js';

/** Takes out what there is. */
function take(rest: Rest): Buffer | undefined {
  let taken: Buffer | undefined;
  rest.giveTo({
    split: (bytes, from, end) => {
      taken = bytes.subarray(from, end);
    },
  });
  return taken;
}

/** Fills the shared page with a letter, and returns it. */
const pageOf = (letter: string): Buffer => pages().read.fill(letter);

test('keeps what is left of a read, which the next read does not change', () => {
  for (const at of [10, PAGE_BYTES - 10]) {
    const rest = new Rest();
    rest.leave(pageOf('a'), at, PAGE_BYTES);
    pageOf('b');
    expect(rest.length).toBe(PAGE_BYTES - at);
    expect(take(rest)?.equals(Buffer.alloc(PAGE_BYTES - at, 'a'))).toBe(true);
    expect([rest.length, take(rest)]).toEqual([0, undefined]);
  }
});

test('adds what is read meanwhile', () => {
  const rest = new Rest();
  rest.leave(pageOf('a'), 0, PAGE_BYTES);
  expect(rest.add(pageOf('b'), 2, 5)).toBe(PAGE_BYTES + 3);
  expect(take(rest)?.toString('latin1', PAGE_BYTES - 1)).toBe('abbb');
});

describe('its memory', () => {
  /** Leaves most of a page, takes it to be split, and returns where it was. */
  function taken(rest: Rest): ArrayBufferLike {
    rest.leave(pageOf('a'), 1, PAGE_BYTES);
    const bytes = take(rest);
    if (bytes === undefined) throw new Error('there is no rest');
    return bytes.buffer;
  }

  test('is used again once all of it is split', () => {
    const rest = new Rest();
    const memory = taken(rest);
    rest.wasSplit();
    expect(takeRoom(PAGE_BYTES).buffer).toBe(memory);
  });

  test('is not used again while a part of it waits', () => {
    const rest = new Rest();
    const memory = taken(rest);
    rest.leave(Buffer.from(memory), 5, PAGE_BYTES);
    rest.wasSplit();
    expect(takeRoom(PAGE_BYTES).buffer).not.toBe(memory);
    take(rest);
    rest.wasSplit();
    expect(takeRoom(PAGE_BYTES).buffer).toBe(memory);
  });

  test('is not used again if a user has a view of it', () => {
    const rest = new Rest();
    const memory = taken(rest);
    rest.lend();
    rest.wasSplit();
    expect(takeRoom(PAGE_BYTES).buffer).not.toBe(memory);
  });
});
