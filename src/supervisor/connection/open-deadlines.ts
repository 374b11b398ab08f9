import type { Wire } from '../../transport/transport.js';
import { Timer } from '../time/timer.js';
import type { ConnectionActor } from './connection-actor.js';
import type { Heartbeat } from './heartbeat.js';

/** Idleness and quiet are found to within this part of their time. */
const STEPS = 8;

/** How often the time of day is looked at, in ms: the machine may have slept meanwhile, or its clock have been set. */
const LOOK_EVERY_MS = 30_000;

/** What these deadlines need of their connection. */
type DeadlineConnection = Pick<ConnectionActor, 'closeFor'> & {
  readonly parent: { readonly services: Pick<ConnectionActor['parent']['services'], 'clock' | 'wheel'> };
};

/** What is watched of a wire. */
type Watched = Pick<Wire, 'framesIn' | 'framesOut' | 'isPaused'>;

/** The heartbeats among its frames. */
type Beats = Pick<Heartbeat, 'framesIn' | 'framesOut'>;

/** The deadlines of an open connection that most connections never need. */
export class OpenDeadlines {
  readonly #connection: DeadlineConnection;
  /** Unix ms. */
  #expiresAt = Number.POSITIVE_INFINITY;
  #idle: Timer | undefined;
  #quiet: Timer | undefined;
  #expiry: Timer | undefined;
  #pause: Timer | undefined;
  #ready: Timer | undefined;

  constructor(connection: DeadlineConnection) {
    this.#connection = connection;
  }

  /** Closes with 1000 when no data frame has passed in either direction for `idleWithinMs`. */
  watchIdleness(wire: Watched, idleWithinMs: number, beat?: Beats): void {
    const frames = () => wire.framesIn + wire.framesOut - (beat === undefined ? 0 : beat.framesIn + beat.framesOut);
    const close = () => this.#connection.closeFor('idle', 1000, 'idle');
    this.#idle = this.#watch(frames, idleWithinMs, close);
  }

  /** Closes with 1008 when the peer has sent no data frame for `quietWithinMs`, and the socket was read meanwhile. */
  watchQuiet(wire: Watched, quietWithinMs: number, beat?: Beats): void {
    let pauses = 0;
    const frames = () => {
      if (wire.isPaused) pauses += 1;
      return wire.framesIn - (beat?.framesIn ?? 0) + pauses;
    };
    this.#quiet = this.#watch(frames, quietWithinMs, () => this.#connection.closeFor('quiet', 1008, 'quiet'));
  }

  /** Calls `onStill` once a count has not changed for a time. */
  #watch(count: () => number, withinMs: number, onStill: () => void): Timer {
    let seen = 0;
    let stillSteps = 0;
    const timer = this.#timer(() => {
      const now = count();
      stillSteps = now === seen ? stillSteps + 1 : 0;
      seen = now;
      if (stillSteps < STEPS) timer.set(withinMs / STEPS);
      else onStill();
    });
    timer.set(withinMs / STEPS);
    return timer;
  }

  /**
   * Closes with 3000 at a time of day; a second call moves it.
   *
   * @param at Unix ms; `Infinity` is never.
   */
  expireAt(at: number): void {
    this.#expiresAt = at;
    this.#expiry ??= this.#timer(() => this.#lookAtExpiry());
    const leftMs = at - this.#wallNow();
    this.#expiry.set(leftMs === Number.POSITIVE_INFINITY ? leftMs : Math.min(Math.max(0, leftMs), LOOK_EVERY_MS));
  }

  #lookAtExpiry(): void {
    if (this.#wallNow() >= this.#expiresAt) this.#connection.closeFor('expired', 3000, 'credential expired');
    else this.expireAt(this.#expiresAt);
  }

  /** The socket is paused: closes with 1011 unless it is resumed in time. */
  paused(pausedWithinMs: number): void {
    this.#pause ??= this.#timer(() => this.#connection.closeFor('slow-handler', 1011, 'handler too slow'));
    this.#pause.set(pausedWithinMs);
  }

  resumed(): void {
    this.#pause?.clear();
  }

  /** The handler has to say that it is ready: closes with 3008 unless it does in time. */
  awaitReady(readyWithinMs: number): void {
    this.#ready = this.#timer(() => this.#connection.closeFor('ready-deadline', 3008, 'not ready in time'));
    this.#ready.set(readyWithinMs);
  }

  ready(): void {
    this.#ready?.clear();
  }

  end(): void {
    this.#idle?.clear();
    this.#quiet?.clear();
    this.#expiry?.clear();
    this.#pause?.clear();
    this.#ready?.clear();
  }

  #timer(onPassed: () => void): Timer {
    return new Timer(this.#connection.parent.services.wheel, onPassed);
  }

  #wallNow(): number {
    return this.#connection.parent.services.clock.wallNow();
  }
}

/** Returns the deadlines of a connection, made if they are not there yet. */
export function openDeadlinesOf(connection: ConnectionActor): OpenDeadlines {
  connection.lazy.openDeadlines ??= new OpenDeadlines(connection);
  return connection.lazy.openDeadlines;
}
