import { afterEach, expect, test } from 'vitest';
import { PAGE_BYTES, pages, RECORD_BYTES } from '../../../../src/transport/protocol/pages.js';
import { PagedFlow } from '../../../../src/transport/ws/read/paged-flow.js';
import { silentSink } from './silent-sink.js';

/** A reader of which only the pages are looked at. */
class Pages extends PagedFlow {
  constructor() {
    super(silentSink, undefined);
  }

  split(): void {
    // Nothing is delivered.
  }

  /** Reads so many bytes, as a socket does. @returns where they are. */
  readTo(place: Buffer, count: number): Buffer {
    return this.kept(place, count);
  }

  next(canEndAnywhere = true): Buffer | undefined {
    this.closePage();
    return this.takeRoom(canEndAnywhere);
  }

  /** A frame was read to where it had asked for. */
  readToFrame(): void {
    this.aimed();
  }

  begin(start: Buffer, length: number): Buffer | undefined {
    return this.carried(start, length);
  }

  close(): void {
    this.closePage(true);
  }
}

let flow = new Pages();

afterEach(() => {
  flow.close();
  flow = new Pages();
});

test('there is a page as soon as a read brings as much as one can, and none any more after one that does not', () => {
  expect(flow.next()).toBeUndefined();
  flow.readTo(pages().read, PAGE_BYTES);
  const page = flow.next();
  expect(page).toHaveLength(PAGE_BYTES);
  flow.readTo(page as Buffer, 20_000);
  expect(flow.next()).toBeUndefined();
});

test.each([
  [RECORD_BYTES, PAGE_BYTES],
  [RECORD_BYTES - 1, undefined],
])('a place that is filled with %i bytes brings a page of %o', (count, length) => {
  flow.readTo(Buffer.alloc(count), count);
  expect(flow.next()?.length).toBe(length);
});

test('what was read to its frame was no full read', () => {
  flow.readTo(pages().read, PAGE_BYTES);
  flow.readToFrame();
  expect(flow.next()).toBeUndefined();
});

test('a frame that has begun is carried to the page only if there is more to be read', () => {
  const bytes = Buffer.alloc(PAGE_BYTES);
  flow.readTo(bytes, PAGE_BYTES);
  expect(flow.begin(bytes.subarray(PAGE_BYTES - 10), 100)).toBeUndefined();
  const page = flow.next();
  flow.readTo(page as Buffer, PAGE_BYTES);
  expect(flow.begin((page as Buffer).subarray(PAGE_BYTES - 10), 100)).toHaveLength(PAGE_BYTES);
  expect(flow.next()?.byteOffset).toBe(10);
  flow.readTo(bytes, 5);
  expect(flow.begin(bytes.subarray(0, 5), 100)).toBeUndefined();
});
