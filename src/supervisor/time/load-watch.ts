import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Limits } from '../api/limits.js';
import { Timer } from './timer.js';
import type { Wheel } from './wheel.js';

/** How often the load is looked at, in ms. */
const LOOK_EVERY_MS = 250;

/** The lag is the median of so many looks: one long stall shows in one of them. */
const LOOKS = 5;

type LoadLimits = Pick<Limits, 'maxLagMs' | 'maxMemoryShare'>;

/** Watches how late this process's event loop is, and how much memory the process has left. */
export class LoadWatch {
  readonly #now: () => number;
  readonly #readMemory: () => number;
  readonly #timer: Timer;
  #delays: number[] = [];
  #dueAt = 0;
  #memory = 0;
  #memoryReadAt = Number.NEGATIVE_INFINITY;

  /**
   * @param now monotonic ms.
   * @param readMemory returns the share of its memory that the process uses.
   */
  constructor(wheel: Wheel, now: () => number, readMemory: () => number = usedMemoryShare) {
    this.#now = now;
    this.#readMemory = readMemory;
    this.#timer = new Timer(wheel, () => this.#look());
  }

  /** Begins to look at the lag. Until then, and after `stop`, there is none. */
  start(): void {
    if (!this.#timer.isSet) this.#set();
  }

  stop(): void {
    this.#timer.clear();
    this.#delays = [];
  }

  /** How late the event loop has been lately, in ms. */
  get lagMs(): number {
    const { length } = this.#delays;
    return length < LOOKS ? 0 : (this.#delays.toSorted((a, b) => a - b)[length >> 1] ?? 0);
  }

  /** The share of its memory that the process uses; read at most once between two looks. */
  get memoryShare(): number {
    const now = this.#now();
    if (now - this.#memoryReadAt >= LOOK_EVERY_MS) {
      this.#memoryReadAt = now;
      this.#memory = this.#readMemory();
    }
    return this.#memory;
  }

  /** The limit that is exceeded now. */
  exceeded({ maxLagMs, maxMemoryShare }: LoadLimits): keyof LoadLimits | undefined {
    if (this.lagMs > maxLagMs) return 'maxLagMs';
    return this.memoryShare > maxMemoryShare ? 'maxMemoryShare' : undefined;
  }

  #set(): void {
    this.#dueAt = this.#now() + LOOK_EVERY_MS;
    this.#timer.set(LOOK_EVERY_MS);
  }

  #look(): void {
    if (this.#delays.length === LOOKS) this.#delays.shift();
    this.#delays.push(Math.max(0, this.#now() - this.#dueAt));
    this.#set();
  }
}

/**
 * The larger share of what this process may have: V8's heap of its limit, and resident memory of what the control group
 * or the machine has.
 */
function usedMemoryShare(): number {
  const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics();
  // Bun has no such function; 0 is no limit that is known.
  const group = typeof process.constrainedMemory === 'function' ? process.constrainedMemory() : 0;
  const most = group > 0 ? Math.min(group, totalmem()) : totalmem();
  return Math.max(heap / heapLimit, residentBytes() / most);
}

/** Reading it takes a file descriptor. A process that has none left knows its heap only. */
function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}
