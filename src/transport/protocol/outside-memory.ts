import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Payloads from this size on count. Shorter ones come with objects enough to fill V8's heap in time. */
export const COUNTED_FROM = 4096;

/**
 * V8 is asked for a scavenge when so much of it was taken, or this part of the size of the heap if that is more: three
 * quarters of what makes it begin a full collection. What is alive at two scavenges grows old, the last frame of each
 * connection that awaits the next one in a loop too, and only a full collection frees it then: more scavenges make more
 * of these.
 */
const LEAST_BYTES = 6 * 2 ** 20;
const HEAP_SHARE = 0.2;

/**
 * Large payloads are to be this many between two scavenges, unless that is more memory: of fewer too many would be
 * alive at both, and grow old. V8 begins a scavenge by itself when 32 MiB have come.
 */
const LEAST_PAYLOADS = 128;
const MOST_BYTES = 24 * 2 ** 20;

/** A scavenge is the last one for so many times as long as it took. */
const PAUSE_FACTOR = 9;

/**
 * A block of this size is taken once, and freed. The allocator of glibc learns from it: from then on it keeps twice as
 * much of what is freed, and takes blocks up to this size from that (mallopt(3), M_MMAP_THRESHOLD). Otherwise it gives
 * the system what each scavenge frees, and the system clears every page before it hands it out again, which takes
 * longer than all that is done with a message of 200 KB.
 */
const FREED_ONCE_BYTES = 16 * 2 ** 20;

/** V8's `gc`, as `--expose-gc` gives it. */
type Collect = (options: { readonly type: 'minor' }) => void;

/** What is asked of the JavaScript engine. */
interface Engine {
  /** In ms. */
  now(): number;
  /** How much its heap holds. */
  heapBytes(): number;
  /** Called when a scavenge is due first; `undefined` means that it cannot be asked for one. */
  findCollect(): Collect | undefined;
  /** Called once, before the first scavenge. */
  teachAllocator(): void;
}

/**
 * Counts the memory outside of V8's heap that payloads take, and has V8 scavenge in time.
 *
 * A scavenge frees what has died young, in less than a millisecond, but V8 begins one only when its own heap is full of
 * young objects, and a payload of 16 KiB has few. When 8 MB have come together outside it begins a full collection
 * instead, which with thousands of connections holds them all up for tens of milliseconds.
 */
export class OutsideMemory {
  readonly #engine: Engine;
  #collect: Collect | undefined;
  #hasBegun = false;
  #bytes = 0;
  #most = LEAST_BYTES;
  /** When the next scavenge may be at the earliest. */
  #from = Number.NEGATIVE_INFINITY;
  /** What was taken without being counted, as long as nothing has begun. */
  #uncounted = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Memory for a payload; it is not cleared. Only a short one is of Node's pool. */
  take(size: number): Buffer {
    return size < COUNTED_FROM ? Buffer.allocUnsafe(size) : this.takeApart(size);
  }

  /**
   * The same, and V8 is not asked for a scavenge because of it: for short payloads together. From Node 24 on
   * `allocUnsafe` takes up to 32 KiB of a pool, which a payload would hold as a whole.
   */
  takeUncounted(size: number): Buffer {
    if (size < COUNTED_FROM) return Buffer.allocUnsafe(size);
    if (!this.#hasBegun) {
      this.#uncounted += size;
      if (this.#uncounted >= LEAST_BYTES) this.#begin();
    }
    return Buffer.allocUnsafeSlow(size);
  }

  /** The same, in memory that is shared with no other buffer, however short it is. */
  takeApart(size: number): Buffer {
    this.#count(size);
    return Buffer.allocUnsafeSlow(size);
  }

  /** A copy in memory of that kind. */
  copyUncounted(bytes: Buffer): Buffer {
    const copy = this.takeUncounted(bytes.length);
    copy.set(bytes);
    return copy;
  }

  #count(size: number): void {
    this.#bytes += size;
    if (this.#bytes < Math.max(this.#most, Math.min(size * LEAST_PAYLOADS, MOST_BYTES))) return;
    if (!this.#hasBegun) this.#begin();
    const begun = this.#engine.now();
    if (begun < this.#from) return;
    this.#bytes = 0;
    this.#collect?.({ type: 'minor' });
    const ended = this.#engine.now();
    this.#most = Math.max(LEAST_BYTES, HEAP_SHARE * this.#engine.heapBytes());
    this.#from = ended + PAUSE_FACTOR * (ended - begun);
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#collect = this.#engine.findCollect();
    if (this.#collect !== undefined) this.#engine.teachAllocator();
  }
}

/** Node has `gc` in contexts that are made while the flag is set. */
function findCollect(): Collect | undefined {
  try {
    const wasExposed = 'gc' in globalThis;
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (!wasExposed) setFlagsFromString('--no-expose-gc');
    return typeof collect === 'function' ? (collect as Collect) : undefined;
  } catch {
    // Another engine than V8.
    return undefined;
  }
}

/** The block is touched by nobody, so it takes no memory; the scavenge frees it. */
function teachAllocator(): void {
  try {
    Buffer.allocUnsafeSlow(FREED_ONCE_BYTES);
  } catch {
    // There is no such block: then what is freed had better be returned.
  }
}

/** One for all: they share the heap. */
export const outsideMemory = new OutsideMemory({
  now: () => performance.now(),
  heapBytes: () => getHeapStatistics().used_heap_size,
  findCollect,
  teachAllocator,
});
