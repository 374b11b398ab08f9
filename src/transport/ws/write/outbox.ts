import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Unconfirmed } from '../../close-report.js';
import type { PreparedFrame } from '../../frame.js';
import type { NumberedPings } from '../../numbered-pings.js';
import { CLOSE, frameOf, headerOf, MAX_HEADER, PING } from '../../protocol/framing.js';
import type { Fate } from '../../wire-fact.js';
import { writeDirectly } from '../socket/direct-writes.js';
import { batchOf, join, type Queued, writeGathered } from '../socket/queued.js';
import { Account } from './account.js';
import type { OutboxOwner } from './outbox-owner.js';
import { enqueue, Piece, QUEUED_COSTS, queuedOf } from './piece.js';
import { putBytes, putText, releaseScratch, replaceScratch, SCRATCH_BYTES, scratch, scratchBytes } from './scratch.js';
import { type AtTickEnd, atTickEnd } from './tick-end.js';

/** Larger payloads are not copied. */
const MAX_COPIED = 4 * 1024;

const NOTHING = Buffer.alloc(0);

/**
 * What one wire sends: frames joined into one write per tick and socket, in order, control frames included; held back
 * while the socket is behind, so that they can be discarded; with an account of what the kernel has taken.
 *
 * The flush comes in `process.nextTick`: in a microtask it would come before an iterator's next turn and join nothing.
 */
export class Outbox extends Account implements AtTickEnd {
  readonly #socket: Duplex;
  readonly #isMasked: boolean;
  /** What was not given to the socket yet, in order, behind what stands in the scratch buffer. */
  #queue: Queued[] | undefined;
  #queuedBytes = 0;
  #isDirty = false;
  #isOver = false;
  /** Whether the kernel took the last write at once: then the next is made directly, and needs no callback. */
  #isPrompt = false;
  /** What the kernel left of the last direct write, until it has taken that too. */
  #left = 0;
  #endsSocket = false;

  constructor(socket: Duplex, isMasked: boolean, owner: OutboxOwner) {
    super(owner);
    this.#socket = socket;
    this.#isMasked = isMasked;
  }

  /** Bytes taken and not yet handed to the kernel. */
  get bufferedBytes(): number {
    return this.#queuedBytes + (scratch.owner === this ? scratch.used : 0) + this.#left + this.#socket.writableLength;
  }

  /** About the memory that these hold. */
  get heldBytes(): number {
    return this.bufferedBytes + (this.#queue?.length ?? 0) * QUEUED_COSTS;
  }

  /** Whether messages framed already may be sent as they are. */
  get takesFramed(): boolean {
    return !this.#isMasked;
  }

  /** Whether the socket is gone. */
  protected get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes one data message and returns its size in bytes, or what it `counts` for. `flags`: opcode and RSV bits. */
  take(flags: number, data: string | Uint8Array, counts?: number): number {
    const bytes =
      typeof data === 'string' ? this.addText(flags, data) : this.addBytes(flags, data, counts ?? data.length);
    this.counts.take(bytes);
    this.touch();
    return bytes;
  }

  /** Takes a prepared message. */
  takePrepared(prepared: PreparedFrame): void {
    this.takeFramed(prepared);
  }

  /** Takes one data message framed already. */
  protected takeFramed(message: Queued): void {
    this.push(message);
    this.counts.take(message.payloadBytes ?? 0);
    this.touch();
  }

  /** Takes a control frame. */
  takeControl(opcode: number, payload: Buffer): void {
    if (opcode === CLOSE) this.pings?.end();
    this.addBytes(opcode, payload, undefined);
    this.touch();
  }

  /** Calls `done` with the fate of the message taken last, once everything taken so far has one. */
  confirm(done: (fate: Fate) => void): void {
    this.counts.confirm(done);
    if (this.#isOver) this.counts.end();
  }

  /** Calls `done` once everything taken so far is framed, so that a control frame taken then comes behind it. */
  onceFramed(done: () => void): void {
    done();
  }

  /** Drops what was not given to the socket yet, control frames included; returns the data messages among it. */
  discard(): Unconfirmed {
    if (scratch.owner === this) releaseScratch();
    this.#queue = undefined;
    this.#queuedBytes = 0;
    return this.counts.discard();
  }

  /** Gives the socket what waits, as far as the socket is not behind. */
  flush(): void {
    this.#isDirty = false;
    if (this.#isOver) {
      this.discard();
      return;
    }
    if (scratch.owner === this) {
      if (this.isBehind) this.holdScratch();
      else this.writeScratch();
    }
    while (this.#queue !== undefined && !this.isBehind) this.writeQueued(this.#queue);
    if (this.pings !== undefined && this.#queue === undefined) this.pingPrompt(this.pings);
    if (this.#endsSocket && this.#queue === undefined && !this.#socket.writableEnded) this.#socket.end();
  }

  /** Ends our side of TCP behind everything taken so far; nothing may be taken after this. */
  endSocket(): void {
    this.onceFramed(() => {
      this.#endsSocket = true;
      this.flush();
    });
  }

  /** The socket has room again. */
  onDrain(): void {
    this.onTickEnd();
  }

  /** Gives the socket what waits, and tells if nothing waits any more. */
  onTickEnd(): void {
    this.flush();
    this.tellIfDrained();
  }

  /** The socket is gone: what was not confirmed will not be. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#left = 0;
    this.discard();
    this.counts.end();
  }

  /** Whether the socket has more than it should be given. */
  private get isBehind(): boolean {
    return this.#left > 0 || this.#socket.writableNeedDrain;
  }

  private tellIfDrained(): void {
    if (this.bufferedBytes !== 0) return;
    this.pongs?.onDrained();
    this.owner.onDrained();
  }

  private touch(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    atTickEnd(this);
  }

  private push(message: Queued): void {
    if (this.#queue === undefined) this.#queue = [message];
    else enqueue(this.#queue, message);
    this.#queuedBytes += message.framed.length + (message.tail?.length ?? 0);
  }

  /** Whether so many bytes may be put into the scratch buffer; makes room by writing what of ours is in it. */
  private mayUseScratch(bytes: number): boolean {
    if (this.#queue !== undefined || bytes > SCRATCH_BYTES) return false;
    if (scratch.owner === undefined) {
      scratch.owner = this;
      return true;
    }
    if (scratch.owner !== this) return false;
    if (scratch.used + bytes <= SCRATCH_BYTES) return true;
    if (this.#isOver || this.isBehind) return false;
    this.writeScratch();
    scratch.owner = this;
    return true;
  }

  /** @param payloadBytes what it counts for; `undefined` for a control frame. */
  private addBytes(flags: number, data: Uint8Array, payloadBytes: number | undefined): number {
    if (data.length > MAX_COPIED && !this.#isMasked) {
      const tail = Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.length);
      this.push({ framed: headerOf(flags, data.length), tail, payloadBytes });
    } else if (this.mayUseScratch(data.length + MAX_HEADER)) {
      putBytes(flags, data, this.#isMasked);
    } else {
      this.push(queuedOf(frameOf(flags, data, this.#isMasked), payloadBytes));
    }
    return payloadBytes ?? 0;
  }

  private addText(flags: number, text: string): number {
    if (text.length <= MAX_COPIED && this.mayUseScratch(text.length * 3 + MAX_HEADER))
      return putText(flags, text, this.#isMasked);
    const data = Buffer.from(text);
    return this.addBytes(flags, data, data.length);
  }

  /** The data messages in the scratch buffer, if some are queued behind it: those held that are not. */
  private inScratch(queue: readonly Queued[]): Unconfirmed {
    const { frames, bytes } = batchOf(queue, Number.POSITIVE_INFINITY);
    return { frames: this.counts.held.frames - frames, bytes: this.counts.held.bytes - bytes };
  }

  private writeScratch(): void {
    if (this.#queue === undefined) {
      this.counts.giveHeld();
    } else {
      const { frames, bytes } = this.inScratch(this.#queue);
      this.counts.give(frames, bytes);
    }
    const wasTaken = this.write(scratchBytes());
    // A stream that is no TCP or TLS socket may keep the chunk although it says that nothing is waiting.
    if (wasTaken && this.#socket instanceof Socket) releaseScratch();
    else replaceScratch();
  }

  /** Others want the scratch buffer while our socket is behind. */
  private holdScratch(): void {
    const framed = Buffer.from(scratchBytes());
    const behind = this.#queue ?? [];
    const { frames, bytes } = this.inScratch(behind);
    this.#queue = [new Piece(framed, bytes, frames), ...behind];
    this.#queuedBytes += framed.length;
    releaseScratch();
  }

  /** Writes as many queued messages as make one sensible write: small ones joined, a large one behind its header. */
  private writeQueued(queue: Queued[]): void {
    const { count, size, hasTails, frames, bytes } = batchOf(queue);
    const isAll = count === queue.length;
    const parts = isAll ? queue : queue.slice(0, count);
    this.counts.give(frames, bytes);
    this.#queue = isAll ? undefined : queue.slice(count);
    this.#queuedBytes -= size;
    if (this.pings !== undefined && this.#queue !== undefined) this.pingBehind(this.pings, this.#queue);
    this.write(hasTails ? parts : join(parts));
  }

  /** Puts a Ping between what is being written and what waits behind it. */
  private pingBehind(pings: NumberedPings, queue: Queued[]): void {
    if (!this.isPingDue(pings)) return;
    const framed = frameOf(PING, pings.ping(this.counts.given, this.owner.now()), this.#isMasked);
    queue.unshift({ framed, payloadBytes: undefined });
    this.#queuedBytes += framed.length;
  }

  /** Writes, and says whether the kernel took it at once. */
  private write(what: Buffer | readonly Queued[]): boolean {
    const left = this.#isPrompt ? writeDirectly(this.#socket, what) : undefined;
    if (left === undefined) {
      const done = this.onWritten(() => this.tellIfDrained());
      if (Buffer.isBuffer(what)) this.#socket.write(what, done);
      else writeGathered(this.#socket, what, done);
      this.#isPrompt = this.#socket.writableLength === 0 && !this.#socket.destroyed && this.#socket.errored === null;
    } else if (left > 0) {
      this.#isPrompt = false;
      this.#left = left;
      const done = this.onWritten(() => {
        this.#left = 0;
        this.onTickEnd();
      });
      // An empty write behind it tells when the kernel has it.
      this.#socket.write(NOTHING, done);
    }
    if (this.#isPrompt) this.counts.settle();
    return this.#isPrompt;
  }

  /** What settles that which is given now, once the kernel has it. */
  private onWritten(then: () => void): (error: Error | null | undefined) => void {
    const { frames, bytes } = this.counts.given;
    return (error) => {
      // A write that is cut off by `destroy` is called back without an error, as if it had been made.
      if ((error ?? undefined) !== undefined || this.#socket.destroyed) return;
      this.counts.settle(frames, bytes);
      then();
    };
  }
}
