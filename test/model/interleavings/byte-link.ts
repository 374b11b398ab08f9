import { Duplex } from 'node:stream';
import { systemError } from '../../../src/testing/system-error.js';
import type { CloseFrame } from '../../../src/transport/close-report.js';
import { closeBytes, type FrameParts, frameBytes, KEY, OP, parseFrames } from '../../support/frame-bytes.js';
import type { Role } from '../peer.js';

/** What a peer may send that no wire accepts, and the trigger of the end that follows. */
export const VIOLATIONS = {
  'reserved bits': 'protocol-error',
  'not UTF-8': 'protocol-error',
  'wrong masking': 'protocol-error',
  'bad close code': 'protocol-error',
  'too big': 'too-big',
  'too many fragments': 'limit',
} as const;

export type Violation = keyof typeof VIOLATIONS;

/** Limits that the violations exceed. */
export const LINK_LIMITS = { maxPayloadBytes: 3_000, maxFragments: 4 };

/**
 * So little that no wire of ours drops any of it: 16 times the smallest `readAheadBytes`, which may wait while the
 * connection closes.
 */
const MOST_BYTES = 4_800;
export const READ_AHEAD_BYTES = [64 * 1024, MOST_BYTES / 16];

/** How much the kernel takes for a peer that does not read. */
const KERNEL_BYTES = 200;

const NOTHING = Buffer.alloc(0);

/** Our end of TCP: what it writes is the link's, and what comes is pushed by the link, when that delivers. */
class NearSocket extends Duplex {
  readonly #link: ByteLink;

  constructor(link: ByteLink) {
    // So little that a peer which does not read is soon behind.
    super({ allowHalfOpen: true, writableHighWaterMark: 100 });
    this.#link = link;
  }

  override _read(): void {
    // The link pushes what it delivers.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#link.take(chunk, done);
  }

  override _final(done: () => void): void {
    this.#link.finTaken();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#link.cut();
    done(error);
  }
}

/**
 * One open connection, seen from its peer: a real wire's bytes, delivered in slices of any length whenever the test
 * says so. What the peer sends waits in the network until then.
 */
export class ByteLink {
  readonly key: string;
  readonly near: Duplex = new NearSocket(this);
  /** Our role: the peer's frames are masked if we have accepted. */
  readonly role: Role;
  /** The texts that the peer has sent, before its Close if there was one. */
  readonly sent: string[] = [];
  /** The texts that the peer has received. */
  readonly messages: string[] = [];
  /** How many messages the kernel has taken, read or not. */
  written = 0;
  /** Pings of ours that the peer has not answered. */
  pings: Buffer[] = [];
  readonly pingsSent: string[] = [];
  readonly pongs: string[] = [];
  closeSent: CloseFrame | undefined;
  close: CloseFrame | undefined;
  /** Whether the kernel has taken our Close, read or not. */
  isCloseTaken = false;
  /** Messages, or Close frames, behind our Close; Pings and Pongs may follow it. */
  behindClose = 0;
  violation: Violation | undefined;
  hasSentFin = false;
  hasReset = false;
  /** Our side has ended, or dropped, TCP. */
  hasFin = false;
  isCut = false;
  /** Whether a frame was begun that never ends. */
  isHalf = false;
  #bytesSent = 0;
  #queue: Buffer = NOTHING;
  #isFinDue = false;
  #isReading = true;
  /** What the kernel has taken and the peer has not read, and what the kernel has no room for. */
  #kernel: Buffer = NOTHING;
  #held: { readonly chunk: Buffer; readonly done: () => void }[] = [];
  #given: Buffer = NOTHING;
  #read: Buffer = NOTHING;

  constructor(key: string, role: Role) {
    this.key = key;
    this.role = role;
  }

  /** Whether the peer may send another message. */
  get speaks(): boolean {
    return this.closeSent === undefined && !this.isHalf && this.#sends;
  }

  get #sends(): boolean {
    return this.violation === undefined && !this.hasSentFin && !this.hasReset && !this.isCut;
  }

  /** Whether the network has something to deliver. */
  get isPending(): boolean {
    return !this.isCut && !this.hasReset && (this.#queue.length > 0 || this.#isFinDue);
  }

  /** Sends the next message, `padding` bytes longer than need be, in fragments with a Ping between them. */
  send(fragments: number, padding: number): void {
    if (!this.speaks) return;
    const text = `${this.key}:${this.sent.length}${padding > 0 ? `:${'x'.repeat(padding)}` : ''}`;
    this.#bytesSent += text.length;
    if (this.#bytesSent > MOST_BYTES) return;
    this.sent.push(text);
    const bytes = Buffer.from(text);
    const size = Math.max(1, Math.ceil(bytes.length / fragments));
    for (let at = 0; at < bytes.length; at += size) {
      const opcode = at === 0 ? OP.text : OP.continuation;
      this.#push({ opcode, fin: at + size >= bytes.length, payload: bytes.subarray(at, at + size) });
      if (at + size < bytes.length) this.ping();
    }
  }

  ping(): void {
    if (!this.speaks) return;
    const payload = `ping ${this.pingsSent.length}`;
    this.pingsSent.push(payload);
    this.#push({ opcode: OP.ping, payload });
  }

  /** Answers the Pings so far; `false` if there is none. */
  pong(): boolean {
    const due = this.pings;
    this.pings = [];
    if (this.speaks) for (const payload of due) this.#push({ opcode: OP.pong, payload });
    return due.length > 0;
  }

  sendClose(code: number | undefined, reason: string): void {
    if (!this.speaks) return;
    this.closeSent = { code: code ?? 1005, reason: code === undefined ? '' : reason };
    this.#push({ opcode: OP.close, payload: closeBytes(code, reason) });
    // It waits for our Close, and so reads what precedes it.
    this.startReading();
  }

  violate(kind: Violation): void {
    if (!this.speaks) return;
    switch (kind) {
      case 'reserved bits':
        this.#push({ opcode: OP.text, rsv: 2, payload: 'no extension was agreed on' });
        break;
      case 'not UTF-8':
        this.#push({ opcode: OP.text, payload: Buffer.of(0xc3, 0x28) });
        break;
      case 'wrong masking':
        this.#push({ opcode: OP.text, payload: 'x' }, this.role === 'dialed');
        break;
      case 'bad close code':
        this.#push({ opcode: OP.close, payload: closeBytes(1005, '') });
        break;
      case 'too big':
        this.#push({ opcode: OP.binary, payload: Buffer.alloc(LINK_LIMITS.maxPayloadBytes + 1) });
        break;
      case 'too many fragments':
        for (let n = 0; n <= LINK_LIMITS.maxFragments; n += 1)
          this.#push({ opcode: n === 0 ? OP.text : OP.continuation, fin: false, payload: 'x' });
    }
    this.violation = kind;
  }

  /** Begins a frame whose rest never comes. */
  half(): void {
    if (!this.speaks) return;
    this.#push({ opcode: OP.text, payload: 'only so far', announced: 2_000 });
    this.isHalf = true;
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Buffer): void {
    this.#queue = Buffer.concat([this.#queue, bytes]);
  }

  /** Ends the peer's side of TCP, behind what it has sent. */
  fin(): void {
    if (this.hasSentFin || this.hasReset || this.isCut) return;
    this.hasSentFin = true;
    this.#isFinDue = true;
  }

  /** Drops TCP with RST: what is under way is lost. */
  reset(): void {
    if (this.hasReset || this.isCut) return;
    this.hasReset = true;
    this.near.destroy(systemError('ECONNRESET', 'read'));
  }

  stopReading(): void {
    this.#isReading = this.closeSent !== undefined;
  }

  startReading(): void {
    this.#isReading = true;
    this.#drain();
  }

  /** Brings the next bytes to our end; the FIN if there are none. */
  deliver(bytes: number): void {
    if (!this.isPending) return;
    const part = this.#queue.subarray(0, bytes);
    this.#queue = this.#queue.subarray(part.length);
    // A copy: it is the reader's from now on.
    if (part.length > 0) this.near.push(Buffer.from(part));
    else {
      this.#isFinDue = false;
      this.near.push(null);
    }
  }

  /** Our end has written. */
  take(chunk: Buffer, done: () => void): void {
    this.#held.push({ chunk, done });
    this.#drain();
  }

  finTaken(): void {
    this.hasFin = true;
  }

  cut(): void {
    this.isCut = true;
    this.#held = [];
    // What is in the kernel's hands is sent, unless the peer is gone.
    if (this.hasReset) this.#kernel = NOTHING;
  }

  #push(parts: FrameParts, isMasked = this.role === 'accepted'): void {
    this.#queue = Buffer.concat([this.#queue, frameBytes({ ...parts, mask: isMasked ? KEY : undefined })]);
  }

  /** The kernel takes what it has room for, the peer what is there. */
  #drain(): void {
    if (this.#isReading) this.#readAll();
    const next = this.#kernel.length < KERNEL_BYTES ? this.#held.shift() : undefined;
    if (next === undefined) return;
    this.#kernel = Buffer.concat([this.#kernel, next.chunk]);
    const { frames, rest } = parseFrames(Buffer.concat([this.#given, next.chunk]));
    this.#given = rest;
    this.written += frames.filter(({ opcode }) => opcode === OP.text).length;
    this.isCloseTaken ||= frames.some(({ opcode }) => opcode === OP.close);
    next.done();
    this.#drain();
  }

  #readAll(): void {
    const { frames, rest } = parseFrames(Buffer.concat([this.#read, this.#kernel]));
    this.#kernel = NOTHING;
    this.#read = rest;
    for (const { opcode, payload } of frames) {
      if (opcode === OP.ping) this.pings.push(payload);
      else if (opcode === OP.pong) this.pongs.push(payload.toString());
      else if (this.close !== undefined) this.behindClose += 1;
      else if (opcode === OP.text) this.messages.push(payload.toString());
      else if (opcode === OP.close)
        this.close = {
          code: payload.length === 0 ? 1005 : payload.readUInt16BE(0),
          reason: payload.toString('utf8', 2),
        };
    }
  }
}
