import type { Unconfirmed } from '../transport/close-report.js';
import { Fifo } from './memory-fifo.js';
import type { Packet } from './memory-packet.js';

/** What one end of a connection was given to send and has not sent, in order, with an account of what has left. */
export class MemoryOutgoing {
  /** There only while something waits: most connections are idle. */
  #packets: Fifo<Packet> | undefined;
  #bytes = 0;
  #framesLeft = 0;
  #bytesLeft = 0;

  /** Bytes that wait, as they would on TCP. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages and payload bytes that have left. */
  get left(): Unconfirmed {
    return { frames: this.#framesLeft, bytes: this.#bytesLeft };
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
  }

  /** Lets the first packet leave. */
  shift(): Packet | undefined {
    const packet = this.#packets?.shift();
    if (packet === undefined) return undefined;
    if (this.isEmpty) this.#packets = undefined;
    this.#bytes -= packet.bytes;
    if (packet.kind === 'message') {
      this.#framesLeft += 1;
      this.#bytesLeft += packet.data.length;
    }
    return packet;
  }

  /** Drops everything, save a Close frame and a FIN; returns the messages among it. Marks are told that it is lost. */
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
      frames += 1;
      bytes += packet.data.length;
    }
    return { frames, bytes };
  }
}
