import { constants, PerformanceObserver } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { OutsideMemory, outsideMemory } from '../../../src/transport/protocol/outside-memory.js';

const MIB = 2 ** 20;
const LARGE = 16 * 1024;
/** So much is taken before a scavenge of a small heap is due. */
const DUE = 6 * MIB;

/** Memory whose scavenges take 1 ms of a clock of its own. */
function open(heapBytes = MIB) {
  const state = { now: 0, scavenges: 0, finds: 0, lessons: 0 };
  const memory = new OutsideMemory({
    now: () => state.now,
    heapBytes: () => heapBytes,
    findCollect: () => {
      state.finds += 1;
      return ({ type }) => {
        expect(type).toBe('minor');
        state.scavenges += 1;
        state.now += 1;
      };
    },
    teachAllocator: () => {
      expect(state.scavenges).toBe(0);
      state.lessons += 1;
    },
  });
  const take = (bytes: number, size = LARGE) => {
    for (let taken = 0; taken < bytes; taken += size) expect(memory.take(size)).toHaveLength(size);
  };
  return { state, memory, take };
}

test('V8 is asked for a scavenge after 6 MiB outside of its heap', () => {
  const { state, take } = open();
  take(DUE - LARGE);
  expect([state.finds, state.scavenges]).toEqual([0, 0]);
  take(LARGE);
  expect(state.scavenges).toBe(1);
  state.now += 100;
  take(DUE);
  expect([state.finds, state.scavenges]).toEqual([1, 2]);
});

test.each([
  // size        payloads between two scavenges
  [64 * 1024, 128],
  [128 * 1024, 128],
  [256 * 1024, 96],
  [512 * 1024, 48],
  [1024 * 1024, 24],
])('payloads of %i bytes: after %i of them, so that few are alive at two', (size, payloads) => {
  const { state, take } = open();
  take((payloads - 1) * size, size);
  expect(state.scavenges).toBe(0);
  take(size, size);
  expect(state.scavenges).toBe(1);
});

test('before the first scavenge, and only then, the allocator is taught to keep what scavenges free', () => {
  const { state, take } = open();
  take(DUE - LARGE);
  expect(state.lessons).toBe(0);
  take(LARGE);
  state.now += 100;
  take(DUE);
  expect(state).toMatchObject({ lessons: 1, scavenges: 2 });
});

test('the allocator is taught by what does not count for scavenges, too', () => {
  const { state, memory, take } = open();
  for (let taken = 0; taken < DUE - LARGE; taken += LARGE) memory.takeUncounted(LARGE);
  expect(state.lessons).toBe(0);
  for (let taken = 0; taken < 2 * DUE; taken += LARGE) memory.takeUncounted(LARGE);
  expect(state).toMatchObject({ lessons: 1, scavenges: 0 });
  take(DUE);
  expect(state).toMatchObject({ lessons: 1, scavenges: 1 });
});

test.each([4096, 16 * 1024, 32 * 1024])('%i bytes are of no pool, which they would hold as a whole', (size) => {
  expect(outsideMemory.take(size).buffer.byteLength).toBe(size);
  expect(outsideMemory.takeUncounted(size).buffer.byteLength).toBe(size);
  const bytes = Buffer.alloc(size, 'x');
  const copy = outsideMemory.copyUncounted(bytes);
  expect([copy.equals(bytes), copy.buffer.byteLength]).toEqual([true, size]);
});

test('payloads from 4 KiB on count, and memory that is shared with nobody', () => {
  const { state, memory, take } = open();
  take(8 * MIB, 4095);
  expect(state.scavenges).toBe(0);
  for (let taken = 0; taken < DUE; taken += 64) memory.takeApart(64);
  expect(state.scavenges).toBe(1);
  state.now += 100;
  take(DUE, 4096);
  expect(state.scavenges).toBe(2);
});

test('scavenges take a tenth of the time at most', () => {
  const { state, take } = open();
  take(DUE);
  take(40 * MIB);
  state.now += 8;
  take(DUE);
  expect(state.scavenges).toBe(1);
  state.now += 1;
  take(LARGE);
  expect(state.scavenges).toBe(2);
});

test('a large heap has fewer: a fifth of its size comes between two', () => {
  const { state, take } = open(100 * MIB);
  take(DUE);
  state.now += 100;
  take(20 * MIB - LARGE);
  expect(state.scavenges).toBe(1);
  take(LARGE);
  expect(state.scavenges).toBe(2);
});

test('an engine that cannot be asked is asked for nothing', () => {
  let finds = 0;
  const memory = new OutsideMemory({
    now: () => 0,
    heapBytes: () => 0,
    findCollect: () => {
      finds += 1;
      return undefined;
    },
    teachAllocator: () => expect.unreachable(),
  });
  for (let taken = 0; taken < 12 * MIB; taken += LARGE) memory.take(LARGE);
  expect(finds).toBe(1);
});

test('this V8 scavenges, and shows its gc to nobody else', async () => {
  const hadGc = 'gc' in globalThis;
  const scavenged = new Promise<void>((resolve) => {
    const observer = new PerformanceObserver((list) => {
      const isForced = list.getEntries().some((entry) => {
        const { kind, flags } = (
          entry as unknown as { readonly detail: { readonly kind: number; readonly flags: number } }
        ).detail;
        return (
          kind !== constants.NODE_PERFORMANCE_GC_MAJOR && (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0
        );
      });
      if (!isForced) return;
      observer.disconnect();
      resolve();
    });
    observer.observe({ entryTypes: ['gc'] });
  });
  // What other tests have taken may have put the next one off, by a tenth of a second at most.
  const wait = setInterval(() => {
    for (let taken = 0; taken < 64 * MIB; taken += MIB) outsideMemory.take(MIB);
  }, 20);
  await scavenged;
  clearInterval(wait);
  expect('gc' in globalThis).toBe(hadGc);
});
