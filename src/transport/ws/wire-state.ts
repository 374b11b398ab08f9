import type { Duplex } from 'node:stream';
import type { Unconfirmed } from '../close-report.js';
import { PING_FRAME } from '../protocol/framing.js';
import type { WireOptions } from '../transport.js';
import { WireStreams } from '../wire-streams.js';
import type { Outbox } from './write/outbox.js';

export const PAUSED = 1;
export const CONGESTED = 2;
/** A Ping was sent without an outbox and has no answer. */
export const PINGED = 4;

/** Above the flags are 12 bits for the round-trip time of the last such Ping, in ms, plus 1; 0 if there was none. */
const TRIP_SHIFT = 3;
const LONGEST_TRIP = 0xfff;
/** And above those 16 bits, 65 s, of the time when it was sent, in ms. */
const SENT_SHIFT = 15;
const SENT_BITS = 0xffff;

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/** What wires of one listener or dial have in common, kept once. */
export interface WireSettings {
  readonly options: WireOptions;
  /** Monotonic ms. */
  readonly now: () => number;
}

/**
 * What is counted and noted of a wire. What is true or not is in bits of one number, and so are the times of a Ping
 * sent without an outbox: a field for each would count on every connection.
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
  /** Made when a frame is sent. */
  protected outbox: Outbox | undefined;
  #flags = 0;

  constructor(settings: WireSettings) {
    super();
    this.settings = settings;
  }

  /** Monotonic ms. */
  now(): number {
    return this.settings.now();
  }

  get bufferedBytes(): number {
    return this.outbox?.bufferedBytes ?? 0;
  }
  get bufferedPayloadBytes(): number {
    return this.outbox?.bufferedPayloadBytes ?? 0;
  }
  get heldBytes(): number {
    return this.outbox?.heldBytes ?? 0;
  }
  get awaitsPong(): boolean {
    return this.is(PINGED) || this.outbox?.awaitsPong === true;
  }
  get latencyMs(): number | undefined {
    return this.outbox?.latencyMs ?? this.tripMs;
  }
  get unprovenBytes(): number {
    return this.outbox?.unprovenBytes ?? 0;
  }
  flush(): void {
    this.outbox?.flush();
  }
  discard(): Unconfirmed {
    return this.outbox?.discard() ?? NOTHING;
  }

  get isPaused(): boolean {
    return this.is(PAUSED);
  }

  /** Sends a Ping without an outbox; behind the end of our side it is not sent, and has no answer. */
  protected pingWithoutOutbox(socket: Duplex): void {
    if (!socket.writableEnded) socket.write(PING_FRAME);
    if (this.is(PINGED)) return;
    const sentAt = Math.floor(this.now()) & SENT_BITS;
    this.#flags = (this.#flags & ~(SENT_BITS << SENT_SHIFT)) | (sentAt << SENT_SHIFT) | PINGED;
  }

  /** A Ping without an outbox was answered. */
  protected ponged(): void {
    const trip = (Math.floor(this.now()) - (this.#flags >>> SENT_SHIFT)) & SENT_BITS;
    const cleared = this.#flags & ~((LONGEST_TRIP << TRIP_SHIFT) | PINGED);
    this.#flags = cleared | (Math.min(trip + 1, LONGEST_TRIP) << TRIP_SHIFT);
  }

  /** The round-trip time in whole ms of the last such Ping that was answered, at most 4,094. */
  protected get tripMs(): number | undefined {
    const trip = (this.#flags >>> TRIP_SHIFT) & LONGEST_TRIP;
    return trip === 0 ? undefined : trip - 1;
  }

  protected is(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }

  protected setFlag(flag: number, isSet: boolean): void {
    this.#flags = isSet ? this.#flags | flag : this.#flags & ~flag;
  }
}
