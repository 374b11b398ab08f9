/**
 * Reports what a test file leaves behind: sockets, listening servers, child processes, timers, and listeners on the
 * process.
 *
 * `process.getActiveResourcesInfo()` knows only what keeps the process alive, and our own clock arms timers that do
 * not. So timers are tracked where they are set, and sockets where node announces them; the rest is counted before and
 * after.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/**
 * What node counts that a test may leave behind. Vitest's own pipes and ports are there before and after, and cancel
 * out.
 */
const COUNTED = new Set([
  'TCPServerWrap',
  'TCPSocketWrap',
  'TLSWrap',
  'PipeServerWrap',
  'PipeWrap',
  'ProcessWrap',
  'UDPWrap',
  'Worker',
  'MessagePort',
  'SignalWrap',
]);

/** How many live resources of each kind there are. */
export type Counts = ReadonlyMap<string, number>;

/** The resources that node says keep the process alive, of the kinds in {@link COUNTED}. */
function activeCounts(): Counts {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    if (COUNTED.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const name of process.eventNames())
    counts.set(`process listener on '${String(name)}'`, process.listenerCount(name));
  return counts;
}

/** What there is more of than before, one line for each kind. */
export function growth(before: Counts, after: Counts): string[] {
  return [...after]
    .map(([kind, count]) => ({ kind, more: count - (before.get(kind) ?? 0) }))
    .filter(({ more }) => more > 0)
    .map(({ kind, more }) => `${more} x ${kind}`);
}

/** Holds sockets without keeping them alive, so that the gate is no leak of its own. */
class LiveSockets {
  #refs: WeakRef<Socket>[] = [];
  #sweepAt = 1_024;

  readonly add = (message: unknown): void => {
    this.#refs.push(new WeakRef((message as { socket: Socket }).socket));
    if (this.#refs.length >= this.#sweepAt) this.#sweepAt = 2 * Math.max(512, this.live().length);
  };

  live(): Socket[] {
    const live = this.#refs.flatMap((ref) => ref.deref() ?? []).filter((socket) => !socket.destroyed);
    this.#refs = live.map((socket) => new WeakRef(socket));
    return live;
  }
}

/** Where a timer was set: the first line of the stack that is neither this file nor node. */
function callSite(stack: string | undefined): string {
  const line = stack
    ?.split('\n')
    .find((entry) => entry.includes('/') && !entry.includes('leak-gate.ts') && !entry.includes('node:'));
  return line?.trim() ?? 'an unknown place';
}

type TimerFunctions = Pick<typeof globalThis, 'setTimeout' | 'setInterval' | 'clearTimeout' | 'clearInterval'>;

/** Replaces the global timer functions by ones that note which timers are armed. */
class LiveTimers {
  readonly #armed = new Map<unknown, { what: string; stack: Error }>();
  readonly #real: TimerFunctions;

  constructor() {
    const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
    this.#real = { setTimeout, setInterval, clearTimeout, clearInterval };
    const clear = (real: (id: never) => void) => (id: unknown) => {
      this.#armed.delete(id);
      real(id as never);
    };
    const once = (fn: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const run = (...given: unknown[]) => {
        this.#armed.delete(timer);
        fn(...given);
      };
      const timer: NodeJS.Timeout = setTimeout(run, ms, ...args);
      return this.#note(timer, `timer of ${ms ?? 1} ms`);
    };
    const repeated = (fn: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
      this.#note(setInterval(fn, ms, ...args), `interval of ${ms ?? 1} ms`);
    Object.assign(globalThis, {
      // Own properties as well: `util.promisify` finds its own version of setTimeout there.
      setTimeout: Object.defineProperties(once, Object.getOwnPropertyDescriptors(setTimeout)),
      setInterval: Object.defineProperties(repeated, Object.getOwnPropertyDescriptors(setInterval)),
      clearTimeout: clear(clearTimeout),
      clearInterval: clear(clearInterval),
    });
  }

  #note(timer: NodeJS.Timeout, what: string): NodeJS.Timeout {
    this.#armed.set(timer, { what, stack: new Error('armed') });
    return timer;
  }

  live(): string[] {
    return [...this.#armed.values()].map(({ what, stack }) => `${what}, set ${callSite(stack.stack)}`);
  }

  restore(): void {
    Object.assign(globalThis, this.#real);
  }
}

/** Watches from its creation on. */
export class LeakGate {
  readonly #before = activeCounts();
  readonly #sockets = new LiveSockets();
  readonly #timers = new LiveTimers();

  constructor() {
    subscribe('net.client.socket', this.#sockets.add);
    subscribe('net.server.socket', this.#sockets.add);
  }

  /** What is left now, one line each; empty when all is gone. */
  leftOver(): string[] {
    const sockets = this.#sockets
      .live()
      .map(
        (socket) => `socket ${socket.localAddress}:${socket.localPort} to ${socket.remoteAddress}:${socket.remotePort}`,
      );
    return [...sockets, ...this.#timers.live(), ...growth(this.#before, activeCounts())];
  }

  /**
   * Waits until nothing is left, at most `withinMs`, and returns what is. Turns of the event loop pass in between: no
   * timer of ours is in the way.
   */
  async settled(withinMs: number): Promise<string[]> {
    const until = performance.now() + withinMs;
    let left = this.leftOver();
    while (left.length > 0 && performance.now() < until) {
      await new Promise((resolve) => setImmediate(resolve));
      left = this.leftOver();
    }
    return left;
  }

  stop(): void {
    unsubscribe('net.client.socket', this.#sockets.add);
    unsubscribe('net.server.socket', this.#sockets.add);
    this.#timers.restore();
  }
}
