import type { WireOptions } from '../transport.js';
import { WireStreams } from '../wire-streams.js';

export const PAUSED = 1;
export const CONGESTED = 2;
/** A Ping was sent without an outbox and has no answer. */
export const PINGED = 4;

/** What wires of one listener or dial have in common, kept once. */
export interface WireSettings {
  readonly options: WireOptions;
  /** Monotonic ms. */
  readonly now: () => number;
}

/**
 * What is counted and noted of a wire. What is true or not is in bits of one number: a field for each would count on
 * every connection.
 */
export class WireState extends WireStreams {
  protocol = '';
  remoteAddress: string | undefined;
  framesIn = 0;
  bytesIn = 0;
  framesOut = 0;
  bytesOut = 0;
  heardAt = 0;
  protected readonly settings: WireSettings;
  #flags = 0;

  constructor(settings: WireSettings) {
    super();
    this.settings = settings;
  }

  /** Monotonic ms. */
  now(): number {
    return this.settings.now();
  }

  /** Nothing waits for the kernel any more. */
  onDrained(): void {
    this.drained?.next();
  }

  get isPaused(): boolean {
    return this.is(PAUSED);
  }

  protected is(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }

  protected setFlag(flag: number, isSet: boolean): void {
    this.#flags = isSet ? this.#flags | flag : this.#flags & ~flag;
  }
}
