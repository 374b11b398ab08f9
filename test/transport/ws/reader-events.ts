import type { Writable } from 'node:stream';
import * as wsModule from 'ws';
import { pages, RECORD_BYTES } from '../../../src/transport/protocol/pages.js';
import type { WireOptions } from '../../../src/transport/transport.js';
import { Inflater } from '../../../src/transport/ws/deflate/inflater.js';
import { type DeflateParams, termsOf } from '../../../src/transport/ws/package/deflate-terms.js';
import { closeCodeOf } from '../../../src/transport/ws/package/ws.js';
import { FrameReader } from '../../../src/transport/ws/read/frame-reader.js';
import type { ReaderSink } from '../../../src/transport/ws/read/reader-sink.js';
import { xored } from '../../support/frame-bytes.js';
import { watched } from './ends-in-step.js';

type Done = (error: Error | null, data?: Buffer) => void;

/** ws's own permessage-deflate of one end of a connection: a peer to compress for us, and a model to compare with. */
export interface WsDeflate {
  readonly params: DeflateParams;
  compress(data: Buffer, fin: boolean, done: Done): void;
  decompress(data: Buffer, fin: boolean, done: Done): void;
  cleanup(): void;
}

/** Parameters of the extension as a header has them: lists of values. */
export type HeaderParams = Readonly<Record<string, readonly (string | true)[]>>;

/** What ws exports and its types do not have. */
interface Untyped {
  readonly PerMessageDeflate: new (options: object) => WsDeflate & { accept(offers: readonly object[]): void };
  readonly Receiver: new (options: object) => WsReceiver;
}

/** What ws's receiver does when part of a frame has come and when a data frame has, and what it knows then. */
interface WsReceiver extends Writable {
  readonly _bufferedBytes: number;
  readonly _buffers: readonly Buffer[];
  readonly _payloadLength: number;
  readonly _mask: Buffer | undefined;
  readonly _numFragments: number;
  readonly _fin: boolean;
  readonly _opcode: number;
  readonly _compressed: boolean;
  readonly _fragments: readonly Buffer[];
  getData(done: (error?: Error) => void): void;
  dataMessage(done: (error?: Error) => void): void;
  createError(type: ErrorConstructor, message: string, isPrefixed: boolean, status: number, code: string): Error;
}

const PerMessageDeflate = (wsModule as unknown as Untyped).PerMessageDeflate;
const Receiver = (wsModule as unknown as Untyped).Receiver;

/** Whether bytes may be the beginning of a text. */
function mayBeText(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * ws's receiver, which looks at a text only when it is complete, with the one difference that ours has: a text is a
 * fault as soon as it can no longer be UTF-8, in a first frame that has not come completely, and with each fragment;
 * not if it is compressed.
 */
class FailingFast extends Receiver {
  override getData(done: (error?: Error) => void): void {
    const isFirst = this._opcode === 1 && this._numFragments === 0 && !this._compressed;
    if (isFirst && this._bufferedBytes < this._payloadLength) {
      const key = this._mask;
      const bytes = Buffer.concat(this._buffers);
      if (!mayBeText(key === undefined ? bytes : xored(bytes, key))) {
        done(this.notText());
        return;
      }
    }
    super.getData(done);
  }

  override dataMessage(done: (error?: Error) => void): void {
    const isFragment = !this._fin && this._opcode === 1 && !this._compressed;
    if (isFragment && !mayBeText(Buffer.concat(this._fragments))) done(this.notText());
    else super.dataMessage(done);
  }

  private notText(): Error {
    return this.createError(Error, 'invalid UTF-8 sequence', true, 1007, 'WS_ERR_INVALID_UTF8');
  }
}

/** What a parser emits for a byte stream, in order, in a form that can be compared and printed. */
export type ReaderEvent =
  | readonly ['text' | 'binary' | 'ping' | 'pong', payload: string]
  | readonly ['close', code: number, reason: string]
  | readonly ['fault', code: number];

/** How a stream comes in. */
export interface Reading {
  readonly isServer: boolean;
  readonly options: WireOptions;
  readonly chunks: readonly Buffer[];
  /** Whether the event loop turns between two chunks. */
  readonly isSlow: boolean;
  /** What was negotiated for permessage-deflate, if it was. */
  readonly deflate: HeaderParams | undefined;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A permessage-deflate extension as ws's handshake would have made it, for one end of a connection. */
export function deflateOf(isServer: boolean, maxPayload: number, params: HeaderParams = {}): WsDeflate {
  const deflate = new PerMessageDeflate({ isServer, maxPayload, threshold: 0 });
  deflate.accept([{ ...params }]);
  return deflate;
}

/** Our own inflater for the same. */
export function inflaterOf(isServer: boolean, maxPayload: number, params: HeaderParams = {}): Inflater {
  return new Inflater(
    termsOf(deflateOf(isServer, maxPayload, params).params, isServer ? 'client' : 'server'),
    maxPayload,
  );
}

/** One message compressed by ws. */
export function compressedBy(deflate: WsDeflate, payload: Uint8Array, fin = true): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflate.compress(Buffer.from(payload), fin, (error, data) =>
      data === undefined ? reject(error ?? new Error('cut off')) : resolve(data),
    );
  });
}

/** One message inflated by ws. */
export function inflatedBy(deflate: WsDeflate, payload: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflate.decompress(payload, true, (error, data) =>
      data === undefined ? reject(error ?? new Error('cut off')) : resolve(data),
    );
  });
}

const payloadOf = (data: Buffer) => data.toString('latin1');

/** The code with which ws itself would answer one of its receiver's errors; it keeps that under a symbol. */
export function codeByWs(error: Error): number {
  const key = Object.getOwnPropertySymbols(error).find(({ description }) => description === 'status-code');
  if (key === undefined)
    throw new Error('ws no longer notes a status code on the errors of its Receiver', { cause: error });
  return (error as Error & Record<symbol, number>)[key] ?? 0;
}

/** What ws's own receiver emits, and how many of these can be compared: see `watched`. */
export async function eventsOfWs({
  isServer,
  options,
  chunks,
  isSlow,
  deflate: params,
}: Reading): Promise<{ events: ReaderEvent[]; comparable: number }> {
  const events: ReaderEvent[] = [];
  let comparable = Number.POSITIVE_INFINITY;
  const { maxPayloadBytes: maxPayload, maxFragments } = options;
  const deflate = params && deflateOf(isServer, maxPayload, params);
  const outOfStep = () => {
    comparable = Math.min(comparable, events.length + 1);
  };
  const extensions =
    deflate === undefined ? {} : { 'permessage-deflate': watched(deflate, isServer ? 'client' : 'server', outOfStep) };
  const receiver = new FailingFast({ isServer, maxPayload, maxFragments, extensions });
  let isOver = false;
  const isClosed = new Promise((resolve) => receiver.on('close', resolve));
  receiver.on('message', (data: Buffer, isBinary: boolean) =>
    events.push([isBinary ? 'binary' : 'text', payloadOf(data)]),
  );
  receiver.on('ping', (data: Buffer) => events.push(['ping', payloadOf(data)]));
  receiver.on('pong', (data: Buffer) => events.push(['pong', payloadOf(data)]));
  receiver.on('conclude', (code: number, reason: Buffer) => {
    isOver = true;
    events.push(['close', code, reason.toString()]);
  });
  receiver.on('error', (error) => {
    isOver = true;
    events.push(['fault', codeByWs(error)]);
  });
  for (const chunk of chunks) {
    if (isOver) break;
    // What waits in a Writable behind a message being inflated is still written to it after a fault: it would then emit
    // messages that never were.
    if (deflate !== undefined) await new Promise((resolve) => receiver.write(Buffer.from(chunk), resolve));
    else receiver.write(Buffer.from(chunk));
    if (isSlow) await turn();
  }
  receiver.end();
  await isClosed;
  deflate?.cleanup();
  return { events, comparable };
}

/**
 * A sink that records what it receives, and pauses its reader after the frames that `pauses` picks, one after the
 * other.
 */
class Witness implements ReaderSink {
  readonly #events: (() => ReaderEvent)[] = [];
  readonly heardAt = 0;
  isOver = false;
  isPaused = false;
  #frames = 0;
  readonly #pauses: readonly boolean[];
  readonly #pause: () => void;

  constructor(pauses: readonly boolean[], pause: () => void) {
    this.#pauses = pauses;
    this.#pause = pause;
  }

  /** Payloads are read only now: a sink may keep them. */
  get events(): ReaderEvent[] {
    return this.#events.map((event) => event());
  }

  onFrame(data: Buffer, isBinary: boolean): void {
    if (this.isPaused) throw new Error('received a frame while paused');
    this.#record(() => [isBinary ? 'binary' : 'text', payloadOf(data)]);
    if (this.#pauses[this.#frames++ % this.#pauses.length] !== true) return;
    this.isPaused = true;
    this.#pause();
  }

  onPing(payload: Buffer): void {
    this.#record(() => ['ping', payloadOf(payload)]);
  }

  onPong(payload: Buffer): void {
    this.#record(() => ['pong', payloadOf(payload)]);
  }

  onClose(code: number, reason: string): void {
    this.#record(() => ['close', code, reason]);
    this.isOver = true;
  }

  onFault(error: Error): void {
    this.#record(() => ['fault', closeCodeOf(error)]);
    this.isOver = true;
  }

  now(): number {
    return 0;
  }

  onPart(): void {}

  onSpent(): void {}

  onCongestion(): void {
    // What comes in is not held back here: it is the reader's to keep its order all the same.
  }

  #record(event: () => ReaderEvent): void {
    if (this.isOver) throw new Error(`received ${event()[0]} after the end`);
    this.#events.push(event);
  }
}

/** Where a chunk is: in memory of the reader's own, in the page of all sockets, or in that of TLS. */
export type Place = 'own' | 'shared page' | 'page of TLS';

const pageOfTls = Buffer.alloc(RECORD_BYTES);

function readChunk(reader: FrameReader, chunk: Buffer, place: Place): void {
  if (place === 'own') {
    reader.read(Buffer.from(chunk));
    return;
  }
  const page = place === 'shared page' ? pages().read : pageOfTls;
  for (let at = 0; at < chunk.length; at += page.length) {
    page.fill(0xaa);
    const end = chunk.copy(page, 0, at);
    if (place === 'shared page') reader.read(page, end);
    else {
      const others = Buffer.from(page.subarray(reader.takeStart(page, end), end));
      page.fill(0xaa);
      reader.read(others);
    }
  }
  page.fill(0xaa);
}

/**
 * What our reader emits when its owner pauses it after some frames. It is resumed before every other chunk and at the
 * end; frames emitted while it is paused throw. Chunks come in the `places`, one after the other; pages are overwritten
 * after each.
 */
export async function eventsOfOurs(
  { isServer, options, chunks, isSlow, deflate }: Reading,
  pauses: readonly boolean[] = [false],
  places: readonly Place[] = ['own'],
): Promise<ReaderEvent[]> {
  const inflater = deflate && inflaterOf(isServer, options.maxPayloadBytes, deflate);
  const witness = new Witness(pauses, () => reader.pause());
  const reader = new FrameReader(witness, isServer, options, inflater);
  const resume = () => {
    while (witness.isPaused) {
      witness.isPaused = false;
      reader.resume();
    }
  };
  for (const [i, chunk] of chunks.entries()) {
    readChunk(reader, chunk, places[i % places.length] ?? 'own');
    if (isSlow) await turn();
    if (i % 2 === 0) resume();
  }
  let isDelivered = false;
  reader.whenDelivered(() => {
    isDelivered = true;
  });
  while (!isDelivered) {
    resume();
    await turn();
  }
  reader.stop();
  inflater?.close();
  return witness.events;
}
