import type { Clock } from '../../../supervisor/api/clock.js';
import type { Connection } from '../../../supervisor/api/connection.js';
import type { Note, ObservedStep } from '../../../supervisor/api/observer.js';
import type { Overview } from '../protocol/overview.js';
import { Viewer, type ViewerParts } from './viewer.js';

/** How often what viewers follow is looked at, in ms: what has changed is sent within twice this at the latest. */
const FOLLOW_MS = 100;

/** Windows of tables are refreshed each so many times. */
const LOOK_TURNS = 5;

/** The viewers that look now. While there is none, nothing is done for them. */
export class Viewers {
  readonly #viewers = new Set<Viewer>();
  readonly #clock: Clock;
  readonly #parts: ViewerParts;
  #timer: unknown;
  #turn = 0;

  constructor(clock: Clock, parts: ViewerParts) {
    this.#clock = clock;
    this.#parts = parts;
  }

  /** Serves a viewer until it leaves. */
  async serve(connection: Connection, overview: () => Overview): Promise<void> {
    const viewer = new Viewer(connection, this.#parts);
    const serving = viewer.run();
    viewer.overview(withoutMissed(overview()));
    this.#viewers.add(viewer);
    this.#timer ??= this.#clock.setTimeout(() => this.#refresh(), FOLLOW_MS);
    try {
      await serving;
    } finally {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) this.stop();
    }
  }

  /** Sends an overview to all, if there are any. */
  overview(make: () => Overview): void {
    if (this.#viewers.size === 0) return;
    const json = withoutMissed(make());
    for (const viewer of this.#viewers) viewer.overview(json);
  }

  stepped(handle: object, step: ObservedStep): void {
    for (const { followed } of this.#viewers) if (followed?.handle === handle) followed.stepped(step);
  }

  noted(handle: object, note: Note): void {
    for (const { followed } of this.#viewers) if (followed?.handle === handle) followed.noted(note);
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #refresh(): void {
    this.#timer = this.#clock.setTimeout(() => this.#refresh(), FOLLOW_MS);
    this.#turn += 1;
    for (const viewer of this.#viewers) {
      viewer.refreshFollowed();
      if (this.#turn % LOOK_TURNS === 0) viewer.refreshLooks();
    }
  }
}

/** An overview as JSON without its first brace: each viewer has missed another number. */
function withoutMissed({ missed: _missed, ...overview }: Overview): string {
  return JSON.stringify(overview).slice(1);
}
