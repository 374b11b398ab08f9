import type { Duplex } from 'node:stream';
import type { Unconfirmed } from '../../close-report.js';
import type { PreparedFrame } from '../../frame.js';
import { CLOSE, frameOf, MAX_HEADER, PING } from '../../protocol/framing.js';
import { writeDirectly } from '../socket/direct-writes.js';
import { encryptsAtOnce } from '../socket/handle.js';
import { mayEnd } from '../socket/http2-stream.js';
import { join, lendsMemory, type Queued, writeGathered } from '../socket/queued.js';
import { Account } from './account.js';
import type { OutboxOwner } from './outbox-owner.js';
import { framingFor, freeRoomsOf, MAX_COPIED, Piece, QUEUED_COSTS, queuedFrame } from './piece.js';
import { claimScratch, freeScratch, putBytes, putText, type ScratchOwner, scratch, scratchBytes } from './scratch.js';
import { SendQueue } from './send-queue.js';
import { type AtTickEnd, atTickEnd } from './tick-end.js';

/**
 * What one wire sends. The frames of one tick, control frames included, are joined in order into one write. While the
 * socket is behind they wait here, where they can still be discarded.
 *
 * The flush comes in `process.nextTick`: in a microtask it would come before an iterator's next turn and join nothing.
 */
export class Outbox extends Account implements AtTickEnd, ScratchOwner {
  readonly #socket: Duplex;
  readonly #isMasked: boolean;
  /** Frames that come after those in the scratch buffer. Made for the first of them. */
  #queue: SendQueue | undefined;
  #isDirty = false;
  #isOver = false;
  /** Whether the kernel took the last write at once: then the next is made directly, and needs no callback. */
  #isPrompt = false;
  /** Bytes of the last direct write that the kernel has not taken yet. */
  #left = 0;
  #endsSocket = false;

  constructor(socket: Duplex, isMasked: boolean, owner: OutboxOwner) {
    super(owner);
    this.#socket = socket;
    this.#isMasked = isMasked;
  }

  /** A stream of HTTP/2 keeps what it has when it is destroyed. */
  protected get unwrittenBytes(): number {
    return this.waitingBytes + this.#left + this.#socket.writableLength;
  }

  /** Bytes that the socket was not given. */
  private get waitingBytes(): number {
    return (this.#queue?.bytes ?? 0) + (scratch.owner === this ? scratch.used : 0);
  }

  /** About how much memory these need. */
  get heldBytes(): number {
    return this.bufferedBytes + (this.#queue?.length ?? 0) * QUEUED_COSTS;
  }

  /** Whether framed messages may be sent as they are. */
  get takesFramed(): boolean {
    return !this.#isMasked;
  }

  /** Whether the socket is gone. */
  protected get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes one data message; returns its payload bytes, or what it `counts` for. `flags`: opcode and RSV bits. */
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

  /** Takes one framed data message. */
  protected takeFramed(message: Queued): void {
    this.push(message);
    this.counts.take(message.payloadBytes ?? 0);
    this.touch();
  }

  /** Takes a control frame; behind the end of our side it is not sent. */
  takeControl(opcode: number, payload: Buffer): void {
    if (this.#socket.writableEnded) return;
    if (opcode === CLOSE) this.pings?.end();
    this.addBytes(opcode, payload, undefined);
    if (opcode === CLOSE) this.closeWaits(this.waitingBytes);
    this.touch();
  }

  /** Calls `done` once everything taken so far is framed, so that a control frame taken then comes after it. */
  onceFramed(done: () => void): void {
    done();
  }

  /** Drops what was not given to the socket yet, with control frames; returns how many data messages it had. */
  discard(): Unconfirmed {
    if (scratch.owner === this) freeScratch();
    this.#queue?.clear();
    this.closeWaits(0);
    return this.counts.discard();
  }

  /** Writes what waits, until the socket is behind. */
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
    while (this.#queue !== undefined && this.#queue.length > 0 && !this.isBehind) this.writeQueued(this.#queue);
    if (this.hasQueued) return;
    if (this.pings !== undefined) this.pingPrompt(this.pings);
    if (this.#endsSocket && !this.hasQueued && !this.#socket.writableEnded && mayEnd(this.#socket)) this.#socket.end();
  }

  /** Ends our side of TCP after everything taken so far; nothing may be taken after this. */
  endSocket(): void {
    this.onceFramed(() => {
      this.#endsSocket = true;
      this.flush();
    });
  }

  /** Writes what waits, and reports when nothing waits any more. */
  onTickEnd(): void {
    this.flush();
    this.reportIfDrained();
  }

  /** The socket is gone: nothing will be confirmed any more. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#left = 0;
    this.discard();
    this.counts.end();
    this.pings?.giveUp();
  }

  private get hasQueued(): boolean {
    return this.#queue !== undefined && this.#queue.length > 0;
  }

  /** Whether the socket should be given no more. */
  private get isBehind(): boolean {
    return this.#left > 0 || this.#socket.writableNeedDrain;
  }

  private touch(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    atTickEnd(this);
  }

  private push(message: Queued): void {
    (this.#queue ??= new SendQueue()).push(message);
  }

  /** @param payloadBytes what it counts for; `undefined` for a control frame. */
  private addBytes(flags: number, data: Uint8Array, payloadBytes: number | undefined): number {
    const isShort = this.#isMasked || data.length <= MAX_COPIED;
    if (isShort && !this.hasQueued && claimScratch(this, data.length + MAX_HEADER))
      putBytes(flags, data, this.#isMasked);
    else this.push(queuedFrame(flags, data, payloadBytes, framingFor(this.#socket, this.#isMasked, this.#isPrompt)));
    return payloadBytes ?? 0;
  }

  private addText(flags: number, text: string): number {
    if (text.length <= MAX_COPIED && !this.hasQueued && claimScratch(this, text.length * 3 + MAX_HEADER))
      return putText(flags, text, this.#isMasked);
    const data = Buffer.from(text);
    return this.addBytes(flags, data, data.length);
  }

  emptyScratch(): boolean {
    if (this.#isOver || this.isBehind) return false;
    this.writeScratch();
    return true;
  }

  private writeScratch(): void {
    if (this.#queue !== undefined && this.#queue.length > 0) {
      const { frames, bytes } = this.counts.heldBefore(this.#queue.messages);
      this.counts.give(frames, bytes);
    } else {
      this.counts.giveHeld();
    }
    const wasTaken = this.write(scratchBytes(), scratch.used, scratch.buffer);
    freeScratch(!wasTaken || !lendsMemory(this.#socket));
  }

  /** The socket is behind: moves our frames to the queue, so that others can use the scratch buffer. */
  private holdScratch(): void {
    const { frames, bytes } = this.counts.heldBefore(this.#queue?.messages);
    (this.#queue ??= new SendQueue()).pushFirst(new Piece(Buffer.from(scratchBytes()), bytes, frames));
    freeScratch();
  }

  /** Makes one write of queued messages: small ones joined, large ones gathered. A Ping may come before the rest. */
  private writeQueued(queue: SendQueue): void {
    const { parts, size, areLarge, frames, bytes } = queue.take();
    this.counts.give(frames, bytes);
    if (this.pings !== undefined && queue.length > 0) {
      const ping = this.pingBehind(this.pings);
      if (ping !== undefined) queue.pushFirst({ framed: frameOf(PING, ping, this.#isMasked), payloadBytes: undefined });
    }
    this.write(areLarge ? parts : join(parts), size);
  }

  /** Writes this many bytes, maybe those of the scratch `buffer`; returns whether that is free again. */
  private write(what: Buffer | readonly Queued[], size: number, buffer?: Buffer): boolean {
    const hasClose = this.givesClose(size);
    const left = this.#isPrompt ? writeDirectly(this.#socket, what) : undefined;
    const isEncrypted = left === undefined && encryptsAtOnce(this.#socket);
    if (left === undefined) {
      const written = isEncrypted ? undefined : { what, buffer };
      const done = this.settlesLater(this.#socket, hasClose, written, () =>
        this.#endsSocket ? this.onTickEnd() : this.reportIfDrained(),
      );
      if (Buffer.isBuffer(what)) this.#socket.write(what, done);
      else writeGathered(this.#socket, what, done);
      if (isEncrypted && !Buffer.isBuffer(what)) freeRoomsOf(what);
      this.#isPrompt = this.#socket.writableLength === 0 && !this.#socket.destroyed && this.#socket.errored === null;
    } else if (left > 0) {
      this.#isPrompt = false;
      this.#left = left;
      // An empty write after it is called back when the kernel has taken the rest.
      this.#socket.write(
        Buffer.alloc(0),
        this.settlesLater(this.#socket, hasClose, { what, buffer }, () => {
          this.#left = 0;
          this.onTickEnd();
        }),
      );
    } else if (!Buffer.isBuffer(what)) freeRoomsOf(what);
    if (hasClose) this.closeGiven(this.#socket, this.#isPrompt);
    if (this.#isPrompt) this.counts.settle();
    return this.#isPrompt || isEncrypted;
  }
}
