import { Fifo } from './memory-fifo.js';
import type { Packet } from './memory-packet.js';

/** Bytes on their way to an end that does not read them, beyond which the sender has to wait. */
export const WINDOW_BYTES = 64 * 1024;

/** The socket that the packets come to. */
export interface IncomingOwner {
  /** Whether it reads nothing now: nobody is attached, or its machine is frozen or gone. */
  readonly isDeaf: boolean;
  /** A read begins; its packets follow. */
  onReadBegin(): void;
  onPacket(packet: Packet): void;
  /** The read has ended: there may be room again. */
  onReadEnd(): void;
}

/** The packets that have come to one end of an in-memory connection and are not read yet, in order. */
export class MemoryIncoming {
  readonly #owner: IncomingOwner;
  /** Exists only while something waits: most connections are idle. */
  #packets: Fifo<Packet> | undefined;
  #bytes = 0;
  /** Packets of the read in which the owner paused: they are read as soon as it resumes. */
  #held = 0;
  #isPaused = false;
  #isStalled = false;
  #isDue = false;
  #isReading = false;

  constructor(owner: IncomingOwner) {
    this.#owner = owner;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a packet, which is read later. */
  arrive(packet: Packet): void {
    this.#packets ??= new Fifo();
    this.#packets.push(packet);
    this.#bytes += packet.bytes;
    this.readLater();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#held > 0 && this.#mayRead) this.#read(this.#held);
    this.readLater();
  }

  /** Reads no more until `startReading`, as a program that hangs. */
  stopReading(): void {
    this.#isStalled = true;
  }

  startReading(): void {
    this.#isStalled = false;
    this.readLater();
  }

  /** Reads what has come in the next tick, if there is something and it may be read. */
  readLater(): void {
    if (this.#isDue || this.#packets === undefined || !this.#mayRead) return;
    this.#isDue = true;
    process.nextTick(MemoryIncoming.#readDue, this);
  }

  /** Drops what was not read. */
  clear(): void {
    this.#packets = undefined;
  }

  get #mayRead(): boolean {
    return !this.#isPaused && !this.#isStalled && !this.#owner.isDeaf;
  }

  static #readDue(incoming: MemoryIncoming): void {
    incoming.#isDue = false;
    if (incoming.#mayRead && incoming.#packets !== undefined) incoming.#read(incoming.#packets.length);
  }

  /** Passes this many packets on, as one read: until the owner pauses. */
  #read(count: number): void {
    const packets = this.#packets;
    if (packets === undefined || this.#isReading) return;
    this.#isReading = true;
    this.#owner.onReadBegin();
    let left = count;
    while (left > 0 && this.#mayRead) {
      const packet = packets.shift();
      if (packet === undefined) break;
      left -= 1;
      this.#bytes -= packet.bytes;
      this.#owner.onPacket(packet);
    }
    this.#isReading = false;
    this.#held = left;
    if (packets.length === 0) this.#packets = undefined;
    else this.readLater();
    this.#owner.onReadEnd();
  }
}
