import type { Unconfirmed } from '../transport/close-report.js';
import { Fifo } from './memory-fifo.js';
import type { Packet } from './memory-packet.js';

/** The packets that one end of a connection still has to send, in order, and counts of what it has sent. */
export class MemoryOutgoing {
  /** Exists only while something waits: most connections are idle. */
  #packets: Fifo<Packet> | undefined;
  #bytes = 0;
  #payloadBytes = 0;
  #framesSent = 0;
  #bytesSent = 0;
  /** Whether a Close frame was sent. */
  isCloseSent = false;

  /** The bytes that the waiting packets would have on TCP. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The payload bytes of the messages that wait. */
  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** Messages and payload bytes that were sent. */
  get sent(): Unconfirmed {
    return { frames: this.#framesSent, bytes: this.#bytesSent };
  }

  get isEmpty(): boolean {
    return this.#packets === undefined || this.#packets.length === 0;
  }

  /** The packet that `shift` would take. */
  get first(): Packet | undefined {
    return this.#packets?.first;
  }

  push(packet: Packet): void {
    this.#packets ??= new Fifo();
    this.#packets.push(packet);
    this.#bytes += packet.bytes;
    if (packet.kind === 'message') this.#payloadBytes += packet.data.length;
  }

  /** Takes the first packet, to be sent. */
  shift(): Packet | undefined {
    const packet = this.#packets?.shift();
    if (packet === undefined) return undefined;
    if (this.isEmpty) this.#packets = undefined;
    this.#bytes -= packet.bytes;
    if (packet.kind === 'close') this.isCloseSent = true;
    if (packet.kind === 'message') {
      this.#payloadBytes -= packet.data.length;
      this.#framesSent += 1;
      this.#bytesSent += packet.data.length;
    }
    return packet;
  }

  /**
   * Drops everything except a Close frame and a FIN; marks are called with `discarded`.
   *
   * @returns how many messages and payload bytes were dropped.
   */
  discard(): Unconfirmed {
    return this.#drop(({ kind }) => kind !== 'close' && kind !== 'fin');
  }

  /** Drops everything. */
  lose(): void {
    this.#drop(() => true);
  }

  #drop(isMeant: (packet: Packet) => boolean): Unconfirmed {
    let frames = 0;
    let bytes = 0;
    for (const packet of this.#packets?.take(isMeant) ?? []) {
      this.#bytes -= packet.bytes;
      if (packet.kind === 'mark') packet.done('discarded');
      if (packet.kind !== 'message') continue;
      this.#payloadBytes -= packet.data.length;
      frames += 1;
      bytes += packet.data.length;
    }
    return { frames, bytes };
  }
}
