import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { atMost, flushed, MAX_WAITING_BYTES, Outlet, TRY_AGAIN_AFTER_MS } from '../../../src/cli/process/outlet.js';

/** A disk that may be full: writes fail then, and succeed again afterwards. */
class Disk extends Writable {
  text = '';
  isFull = false;
  tried = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.tried += 1;
    if (!this.isFull) this.text += chunk.toString();
    done(this.isFull ? Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }) : undefined);
  }

  /** As Node's own stdout does, which goes on after each error. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    done(error);
    (this as unknown as { _undestroy(): void })._undestroy();
  }
}

function scene() {
  const disk = new Disk();
  const failures: string[] = [];
  const clock = { now: 0 };
  const outlet = new Outlet(disk, {
    now: () => clock.now,
    gap: (lines) => `${lines} missing\n`,
    onFailed: ({ message }) => failures.push(message),
  });
  return { disk, failures, clock, outlet };
}

const ticks = () => new Promise((resolve) => setImmediate(resolve));

test('writes lines in order', async () => {
  const { disk, outlet } = scene();
  outlet.write('a\n');
  outlet.write('b\n');
  await outlet.flushed();
  expect(disk.text).toBe('a\nb\n');
});

test('a flush of what cannot be written ends all the same, with every line counted', async () => {
  const { disk, failures, outlet } = scene();
  disk.isFull = true;
  outlet.write('a\n');
  await ticks();
  for (let line = 0; line < 100; line += 1) outlet.write('b\n');
  await outlet.flushed();
  expect(disk.text).toBe('');
  expect(failures).toHaveLength(1);
});

test('lines are written again once there is room, behind how many are missing, on a line of its own', async () => {
  const { disk, failures, clock, outlet } = scene();
  outlet.write('a\n');
  disk.isFull = true;
  for (let line = 0; line < 3; line += 1) outlet.write('b\n');
  await ticks();
  disk.isFull = false;
  outlet.write('too early\n');
  clock.now += TRY_AGAIN_AFTER_MS;
  outlet.write('c\n');
  outlet.write('d\n');
  await outlet.flushed();
  expect(disk.text).toBe('a\n\n4 missing\nc\nd\n');
  disk.isFull = true;
  outlet.write('e\n');
  await ticks();
  expect(failures).toHaveLength(2);
});

test('the end reports what is missing, if it can', async () => {
  const { disk, outlet } = scene();
  disk.isFull = true;
  outlet.write('a\n');
  await ticks();
  disk.isFull = false;
  await outlet.flushed();
  expect(disk.text).toBe('\n1 missing\n');
});

test('a failure is reported once, and what has failed is not tried with every line', async () => {
  const { disk, failures, clock, outlet } = scene();
  disk.isFull = true;
  for (let line = 0; line < 100; line += 1) {
    outlet.write('a\n');
    await ticks();
    clock.now += TRY_AGAIN_AFTER_MS / 10;
  }
  expect(failures).toEqual(['ENOSPC: no space left on device']);
  expect(disk.tried).toBeLessThanOrEqual(20);
});

test('MAX_WAITING_BYTES bounds what waits; one line that is larger by itself passes', () => {
  const stalled = new Writable({ write: () => {} });
  const outlet = new Outlet(stalled, { now: () => 0, gap: () => '', onFailed: () => {} });
  outlet.write('x'.repeat(2 * MAX_WAITING_BYTES));
  expect(stalled.writableLength).toBe(2 * MAX_WAITING_BYTES);
  for (let line = 0; line < 100; line += 1) outlet.write('ü'.repeat(MAX_WAITING_BYTES));
  expect(stalled.writableLength).toBe(2 * MAX_WAITING_BYTES);
});

test('flushed waits for nothing where there is nothing, or nobody, to wait for, and when the last write is through', async () => {
  const gone = new Writable({ write: () => {} });
  gone.write('never taken');
  gone.destroy();
  await flushed(gone);
  await flushed(new Disk());
  const slow: { done?: () => void } = {};
  const stream = new Writable({
    write: (_chunk, _encoding, done) => {
      slow.done = done;
    },
  });
  stream.write('a');
  let isFlushed = false;
  const wait = flushed(stream).then(() => {
    isFlushed = true;
  });
  await ticks();
  expect(isFlushed).toBe(false);
  slow.done?.();
  await ticks();
  slow.done?.();
  await wait;
});

test('atMost waits no longer than its limit, and leaves no timer behind', async () => {
  await atMost(1, new Promise(() => {}));
  await atMost(60_000, Promise.resolve());
});
