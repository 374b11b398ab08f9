import { isUtf8 } from 'node:buffer';
import type { WireOptions } from '../transport.js';
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from './framing.js';
import { applyMask } from './unmask.js';
import { createReceiver, type Deflate, type FrameReceiver } from './ws.js';

/** What a reader tells. */
export interface ReaderSink {
  onFrame(data: Buffer, isBinary: boolean): void;
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  /** The peer's Close; 1005 without payload. Nothing is told after it. */
  onClose(code: number, reason: string): void;
  /** The peer broke the protocol. Nothing is told after it. */
  onFault(error: Error): void;
  /** With permessage-deflate: what was read is (`true`) or is no longer (`false`) more than can be inflated at once. */
  onCongestion(isCongested: boolean): void;
}

const CODES_OF_RFC = new Set([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014]);

/** Growth of a frame that is being put together never outruns what was received by more than twice this. */
const FIRST_ALLOCATION = 64 * 1024;

function isText(data: Buffer): boolean {
  if (data.length < 64) {
    let i = 0;
    while (i < data.length && (data[i] as number) < 0x80) i++;
    if (i === data.length) return true;
  }
  return isUtf8(data);
}

/**
 * Splits a byte stream into frames (RFC 6455 section 5.2). Plain whole frames, and Pings, Pongs and well-formed Closes
 * with them, are split here; fragments, compressed frames, and everything faulty go to ws's receiver, which is made only
 * when there is need of one.
 *
 * Payloads are views of the chunks they came in, unmasked in place.
 */
export class FrameReader {
  readonly #sink: ReaderSink;
  readonly #isServer: boolean;
  readonly #options: WireOptions;
  readonly #deflate: Deflate | undefined;
  #receiver: FrameReceiver | undefined;
  /** Bytes of a frame that is not whole yet, in a buffer with room to grow; `#have` of them are there. */
  #partial: Buffer | undefined;
  #have = 0;
  /** What was read but not split yet because the reader is paused. */
  #rest: Buffer | undefined;
  #isFragmented = false;
  #fragmentBytes = 0;
  #isPaused = false;
  #isReading = false;
  #isDone = false;

  constructor(sink: ReaderSink, isServer: boolean, options: WireOptions, deflate: Deflate | undefined) {
    this.#sink = sink;
    this.#isServer = isServer;
    this.#options = options;
    this.#deflate = deflate;
  }

  /** Tells nothing more, whatever comes. */
  stop(): void {
    this.#isDone = true;
    this.#partial = undefined;
    this.#rest = undefined;
    this.#receiver?.removeAllListeners();
    // Its zlib stream may still fail; a Writable without an error listener would end the process.
    this.#receiver?.on('error', () => {});
    this.#receiver = undefined;
  }

  /** Stops telling frames after the one being told. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Goes on with what was read already. */
  resume(): void {
    this.#isPaused = false;
    const rest = this.#rest;
    if (rest === undefined || this.#isReading) return;
    this.#rest = undefined;
    this.read(rest);
  }

  read(chunk: Buffer): void {
    if (this.#isDone) return;
    if (this.#isPaused || this.#isReading) {
      this.#rest = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
      return;
    }
    this.#isReading = true;
    if (this.#deflate !== undefined) this.#stream(chunk);
    else this.#split(chunk);
    this.#isReading = false;
  }

  #split(bytes: Buffer): void {
    let at = 0;
    while (!this.#isDone) {
      if (this.#isPaused) {
        if (at < bytes.length) this.#rest = bytes.subarray(at);
        return;
      }
      if (this.#partial !== undefined) {
        at += this.#complete(bytes, at);
        if (this.#partial !== undefined) return;
        continue;
      }
      const length = this.#frameLength(bytes, at, bytes.length);
      if (length < 0) {
        this.#fault(bytes.subarray(at));
        return;
      }
      if (length === 0 || at + length > bytes.length) {
        if (at < bytes.length) this.#keep(bytes.subarray(at), length);
        return;
      }
      this.#frame(bytes, at, length);
      at += length;
      if (at === bytes.length) return;
    }
  }

  /** Starts a frame that is not whole. */
  #keep(start: Buffer, length: number): void {
    this.#partial = Buffer.allocUnsafe(length === 0 ? 16 : Math.min(length, Math.max(FIRST_ALLOCATION, start.length)));
    this.#partial.set(start);
    this.#have = start.length;
  }

  /** Adds to the frame that is not whole, and tells it once it is; returns how many bytes of `bytes` it took. */
  #complete(bytes: Buffer, at: number): number {
    let partial = this.#partial as Buffer;
    let taken = 0;
    for (;;) {
      const length = this.#frameLength(partial, 0, this.#have);
      if (length < 0) {
        this.#partial = undefined;
        this.#fault(partial.subarray(0, this.#have));
        return bytes.length - at;
      }
      if (length > 0 && this.#have === length) {
        this.#partial = undefined;
        this.#frame(partial, 0, length);
        return taken;
      }
      const left = bytes.length - at - taken;
      if (left === 0) return taken;
      // Until the header is whole, byte by byte: a header is short.
      const want = length === 0 ? 1 : Math.min(left, length - this.#have);
      if (this.#have + want > partial.length) {
        const grown = Buffer.allocUnsafe(Math.max(Math.min(length, Math.max(partial.length * 2, FIRST_ALLOCATION)), this.#have + want));
        grown.set(partial.subarray(0, this.#have));
        partial = this.#partial = grown;
      }
      partial.set(bytes.subarray(at + taken, at + taken + want), this.#have);
      this.#have += want;
      taken += want;
    }
  }

  /** The whole length of the frame at `at`; 0 if its header is not whole, -1 if only ws's receiver can judge it. */
  #frameLength(bytes: Buffer, at: number, end: number): number {
    if (end - at < 2) return 0;
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    const opcode = first & 0x0f;
    if ((first & 0x70) !== 0) return -1;
    if (((second & 0x80) !== 0) !== this.#isServer) return -1;
    let payload = second & 0x7f;
    let header = 2;
    if (opcode >= CLOSE) {
      if (first < 0x80 || payload > 125 || opcode > PONG) return -1;
    } else if (opcode > BINARY || (opcode === CONTINUATION) !== this.#isFragmented) {
      return -1;
    } else if (payload === 126) {
      if (end - at < 4) return 0;
      payload = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
      header = 4;
    } else if (payload === 127) {
      if (end - at < 10) return 0;
      payload = bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
      header = 10;
    }
    if (opcode < CLOSE && payload + this.#fragmentBytes > this.#options.maxPayloadBytes) return -1;
    return header + (this.#isServer ? 4 : 0) + payload;
  }

  /** Tells one whole frame. */
  #frame(bytes: Buffer, at: number, length: number): void {
    const first = bytes[at] as number;
    const opcode = first & 0x0f;
    const size = (bytes[at + 1] as number) & 0x7f;
    const from = at + (size < 126 ? 2 : size === 126 ? 4 : 10) + (this.#isServer ? 4 : 0);
    const to = at + length;
    if (opcode < CLOSE && (first < 0x80 || this.#isFragmented)) {
      this.#isFragmented = first < 0x80;
      this.#fragmentBytes = this.#isFragmented ? this.#fragmentBytes + to - from : 0;
      this.#receive(bytes.subarray(at, to));
      return;
    }
    if (this.#isServer) {
      applyMask(bytes, from, to, bytes[from - 4] as number, bytes[from - 3] as number, bytes[from - 2] as number, bytes[from - 1] as number);
    }
    const data = bytes.subarray(from, to);
    switch (opcode) {
      case BINARY:
        this.#sink.onFrame(data, true);
        return;
      case TEXT:
        if (isText(data)) this.#sink.onFrame(data, false);
        else this.#refault(bytes, at, from, to);
        return;
      case PING:
        this.#sink.onPing(data);
        return;
      case PONG:
        this.#sink.onPong(data);
        return;
      default:
        this.#close(bytes, at, from, to);
    }
  }

  #close(bytes: Buffer, at: number, from: number, to: number): void {
    const code = to === from ? 1005 : to - from === 1 ? 0 : bytes.readUInt16BE(from);
    const reason = bytes.subarray(from + 2, to);
    if (code !== 1005 || to > from) {
      const isAllowed = (code >= 3000 && code <= 4999) || CODES_OF_RFC.has(code);
      if (!isAllowed || !isText(reason)) {
        this.#refault(bytes, at, from, to);
        return;
      }
    }
    this.#isDone = true;
    this.#sink.onClose(code, to - from > 2 ? reason.toString() : '');
  }

  /** Masks a frame again that was unmasked before it proved faulty, and has ws's receiver say how. */
  #refault(bytes: Buffer, at: number, from: number, to: number): void {
    if (this.#isServer) {
      applyMask(bytes, from, to, bytes[from - 4] as number, bytes[from - 3] as number, bytes[from - 2] as number, bytes[from - 1] as number);
    }
    this.#fault(bytes.subarray(at, to));
  }

  /** Has ws's receiver say what is wrong; nothing is read any more. */
  #fault(bytes: Buffer): void {
    this.#receive(bytes);
    this.#isDone = true;
    this.#partial = undefined;
  }

  #receive(bytes: Buffer): boolean {
    this.#receiver ??= this.#openReceiver();
    return this.#receiver.write(bytes);
  }

  /** With permessage-deflate every byte goes through ws's receiver, which inflates in the background. */
  #stream(chunk: Buffer): void {
    if (!this.#receive(chunk)) this.#sink.onCongestion(true);
  }

  #openReceiver(): FrameReceiver {
    const sink = this.#sink;
    return createReceiver(this.#isServer, this.#options, this.#deflate)
      .on('message', (data, isBinary) => sink.onFrame(data, isBinary))
      .on('ping', (payload) => sink.onPing(payload))
      .on('pong', (payload) => sink.onPong(payload))
      .on('conclude', (code, reason) => {
        this.#isDone = true;
        sink.onClose(code, reason.toString());
      })
      .on('drain', () => sink.onCongestion(false))
      .on('error', (error) => {
        this.#isDone = true;
        sink.onFault(error);
      });
  }
}
