import type { Connection } from '../../supervisor/api/connection.js';
import type { Frame } from '../../transport/frame.js';
import type { LinkEvents } from './link.js';

/** The messages of a connection on their way to the listeners of a socket. */
export interface Delivery {
  /** Calls back when no message waits: at once, or after those that do. */
  whenIdle(then: () => void): void;
  /** Resolves when the connection has ended and all of its messages are delivered. Never rejects. */
  readonly done: Promise<void>;
}

/**
 * Delivers the messages of a connection until it ends.
 *
 * Each message is a task of its own, as in browsers: promises that its listeners have settled run before the next one,
 * so a listener that is added by them misses nothing; the first one comes after promises that are settled now. The
 * connection is read by `frames$`, which would emit all messages of one read in one go: what was pulled one by one
 * would be lost when the connection ends and its handler returns.
 */
export function deliver(connection: Connection<unknown>, events: Pick<LinkEvents, 'received'>): Delivery {
  const queue: Frame[] = [];
  const waiters: (() => void)[] = [];
  let isBusy = true;
  const drain = async () => {
    isBusy = true;
    for (let frame = queue.shift(); frame !== undefined; frame = queue.shift()) {
      events.received(frame);
      await settledPromises();
    }
    isBusy = false;
    for (const then of waiters.splice(0)) then();
  };
  const whenIdle = (then: () => void) => {
    if (isBusy) waiters.push(then);
    else then();
  };
  void settledPromises().then(drain);
  const done = new Promise<void>((resolve) => {
    connection.frames$.subscribe({
      next: (frame) => {
        queue.push(frame);
        if (!isBusy) void drain();
      },
      complete: () => whenIdle(resolve),
    });
  });
  return { whenIdle, done };
}

/** Calls back when the closing handshake has begun, not when the connection is lost: its messages are still coming. */
export function onClosing(connection: Connection<unknown>, closing: () => void): void {
  const { signal } = connection;
  const look = () => connection.state === 'closing' && closing();
  if (signal.aborted) look();
  else signal.addEventListener('abort', look, { once: true });
}

/** Resolves when all promises that are settled now have called back: Node runs its ticks after them. */
function settledPromises(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
