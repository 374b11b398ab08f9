import type { InspectionEvent } from 'xstate';
import type { Connection } from '../../../supervisor/api/connection.js';
import type { TreeActor } from '../inspected-actor.js';
import { statelyMessage } from '../stately-message.js';
import type { ViewerQueue } from './viewer-queue.js';

/** How long a viewer may be served in one go, in ms: others wait meanwhile. */
const SLICE_MS = 3;

/** What a viewer needs of its connection. */
export type ViewerConnection = Pick<Connection, 'send' | 'writable' | 'signal'>;

/** Time and turns of the event loop, for tests to replace. */
export interface ViewerTime {
  readonly wallNow: () => number;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Resolves in a later turn of the event loop. */
  readonly turn: () => Promise<unknown>;
}

/** One viewer: writes the messages of its queue as fast as it reads them, in short slices. */
export class Viewer {
  readonly #connection: ViewerConnection;
  readonly #queue: ViewerQueue;
  readonly #time: ViewerTime;
  #wake: () => void = () => {};
  #isComplete = false;

  constructor(connection: ViewerConnection, queue: ViewerQueue, time: ViewerTime) {
    this.#connection = connection;
    this.#queue = queue;
    this.#time = time;
  }

  /** Takes an event that has just happened. Does no more than to note it. */
  offer(event: InspectionEvent, actor: TreeActor): void {
    this.#queue.offer(event, actor);
    this.#wake();
  }

  /** Nothing more will be offered. */
  complete(): void {
    this.#isComplete = true;
    this.#wake();
  }

  /** Resolves when the viewer is gone, or has been shown everything. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#connection;
    signal.addEventListener('abort', () => this.#wake());
    let sliceBegan = this.#time.now();
    while (!signal.aborted) {
      const event = this.#queue.next();
      if (event === undefined) {
        if (this.#isComplete) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        sliceBegan = this.#time.now();
        continue;
      }
      if (!(await this.#show(event))) return;
      if (this.#time.now() - sliceBegan < SLICE_MS) continue;
      await this.#time.turn();
      sliceBegan = this.#time.now();
    }
  }

  /** Returns whether the viewer is still there. Waits while it does not read. */
  async #show(event: InspectionEvent): Promise<boolean> {
    const message = statelyMessage(event, this.#time.wallNow());
    if (message === undefined) return true;
    const { signal } = this.#connection;
    if (this.#connection.send(message) === 'taken') return true;
    if (signal.aborted) return false;
    try {
      await this.#connection.writable({ signal });
      return true;
    } catch {
      return false;
    }
  }
}
