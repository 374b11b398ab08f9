import type { PreparedFrame } from '../../frame.js';
import { BINARY, frameOf, TEXT } from '../../protocol/framing.js';
import { RSV1 } from '../../protocol/payload-rules.js';
import type { Compressor } from '../deflate/compressor.js';
import type { Queued } from '../socket/queued.js';

/** A prepared message, compressed and framed once for all connections that send it in the same way. */
export class SharedMessage {
  readonly #prepared: PreparedFrame;
  #queued: Queued | undefined;
  /** Called when the compression in the background has ended. */
  #waiting: ((queued: Queued) => void)[] = [];

  constructor(prepared: PreparedFrame, compressor: Compressor) {
    this.#prepared = prepared;
    const compressed = compressor.compressNow(prepared.data, true);
    if (compressed === undefined) compressor.compress(prepared.data, (later) => this.#finish(later));
    else this.#finish(compressed);
  }

  /** What to write; `undefined` while it is being compressed. */
  get queued(): Queued | undefined {
    return this.#queued;
  }

  /** Calls `done` when it has been compressed in the background. */
  whenReady(done: (queued: Queued) => void): void {
    this.#waiting.push(done);
  }

  /** A message that zlib could not compress is sent as it is. */
  #finish(compressed: Buffer | undefined): void {
    const { isBinary, payloadBytes } = this.#prepared;
    const queued =
      compressed === undefined
        ? this.#prepared
        : { framed: frameOf((isBinary ? BINARY : TEXT) | RSV1, compressed, false), payloadBytes };
    this.#queued = queued;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done(queued);
  }
}

/** Compressed prepared messages, by the keys of their compressors, for as long as the messages exist. */
const shared = new WeakMap<PreparedFrame, Map<string, SharedMessage>>();

/** A prepared message as connections with this `key` send it; compressed by the first of them. */
export function sharedMessage(prepared: PreparedFrame, key: string, compressor: Compressor): SharedMessage {
  let byKey = shared.get(prepared);
  if (byKey === undefined) {
    byKey = new Map();
    shared.set(prepared, byKey);
  }
  let message = byKey.get(key);
  if (message === undefined) {
    message = new SharedMessage(prepared, compressor);
    byKey.set(key, message);
  }
  return message;
}
