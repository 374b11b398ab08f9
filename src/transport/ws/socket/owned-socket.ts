import type { ServerHttp2Stream } from 'node:http2';
import { addAbortSignal, type Duplex } from 'node:stream';
import { outsideMemory } from '../../protocol/outside-memory.js';
import { pages, RECORD_BYTES } from '../../protocol/pages.js';
import { viewOf } from '../../protocol/view.js';
import { CANCEL, isHttp2Stream, isLostBelow } from './http2-stream.js';
import { readIntoPage, readNextTo, tlsPage } from './page-reads.js';

/**
 * Takes over the socket of a finished opening handshake; `head` is what came after that. The owner is not called yet.
 */
export function own(socket: Duplex, head: Buffer, owner: SocketOwner): void {
  const owned: Owned = socket;
  owned[OWNER] = owner;
  // The peer's FIN must not end our side before what was taken has been sent.
  owned.allowHalfOpen = true;
  if ('setNoDelay' in owned && typeof owned.setNoDelay === 'function') owned.setNoDelay(true);
  if ('setTimeout' in owned && typeof owned.setTimeout === 'function') owned.setTimeout(0);
  if (head.length > 0) owned.unshift(head);
  owned.on('error', onError);
  owned.on('close', onClose);
  owned.on('end', onEnd);
  owned.on('drain', onDrain);
  owned.on('data', onData);
  if (isHttp2Stream(socket)) socket.on('aborted', onAborted);
  readIntoPage(owned, ON_READS);
}

/**
 * Drops a socket that is owned. A stream of HTTP/2 is reset with CANCEL, which is the reset of a WebSocket within
 * HTTP/2 (RFC 8441 section 5) and of no concern to the other streams. Node does so for what a signal aborts; its
 * `destroy` alone would say that nothing was wrong, and its `close` would first end the stream as if it were done.
 */
export function drop(socket: Duplex): void {
  if (!isHttp2Stream(socket)) {
    socket.destroy();
    return;
  }
  // What the abort is reported by is no fault of the stream.
  socket.off('error', onError);
  socket.on('error', () => {});
  socket.off('aborted', onAborted);
  addAbortSignal(AbortSignal.abort(), socket);
}

/** What a socket calls on its owner. */
export interface SocketOwner {
  /**
   * Bytes have come, up to `end`: in the shared page, valid during this call, or in a buffer that is the owner's now,
   * or that it has named.
   */
  onBytes(bytes: Buffer, end: number): void;
  /**
   * Takes what it can of bytes that come in a page which others read into while it is at work: without a call to
   * anybody. @returns how many it has taken; the others come with `onBytes`.
   */
  takeStart(bytes: Buffer, end: number): number;
  /**
   * Where the next bytes belong, if not in the shared page.
   *
   * @param canEndAnywhere whether what does not go into a place that is short comes with the next read. TLS takes a
   * record apart instead, and calls for each part.
   */
  nextPlace(canEndAnywhere: boolean): Buffer | undefined;
  /** The socket has room again. */
  onRoom(): void;
  /** The peer has ended its side of TCP. */
  onFin(): void;
  onSocketError(error: Error): void;
  /** The socket is gone; the last call. `unread` is what it had read and not passed on. */
  onGone(unread: Buffer | undefined): void;
}

const NOTHING = Buffer.alloc(0);

/** The property of a socket that has its owner: so listeners are shared, instead of closures for each connection. */
const OWNER = Symbol('owner');

type Owned = Duplex & { [OWNER]?: SocketOwner | undefined };

function onData(this: Owned, chunk: Buffer): void {
  this[OWNER]?.onBytes(chunk, chunk.length);
}

function onRead(this: Owned, end: number, where: Buffer): void {
  this[OWNER]?.onBytes(where, end);
  aimNext(this[OWNER], where, pages().read, Number.POSITIVE_INFINITY);
}

/**
 * What is in the page of TLS is copied, but for the part of a frame that the owner copies by itself: another socket may
 * read into it while these bytes are dealt with. The memory is not counted as that of large payloads is: the scavenges
 * that this brings about cost a quarter of the rate here.
 */
function onTlsRead(this: Owned, end: number, where: Buffer): void {
  const owner = this[OWNER];
  if (where === tlsPage()) {
    const taken = owner?.takeStart(where, end) ?? 0;
    const others = taken === end ? NOTHING : outsideMemory.copyUncounted(where.subarray(taken, end));
    owner?.onBytes(others, others.length);
  } else {
    owner?.onBytes(where, end);
  }
  aimNext(this[OWNER], where, tlsPage(), RECORD_BYTES);
}

const ON_READS = { plain: onRead, encrypted: onTlsRead };

/**
 * The next bytes are read to where the owner wants them, or into the page.
 *
 * @param most what can be read at once: if that fills the place, there may be more.
 */
function aimNext(owner: SocketOwner | undefined, present: Buffer, page: Buffer, most: number): void {
  const wanted = owner?.nextPlace(most > page.length) ?? page;
  if (wanted !== present) readNextTo(wanted.length > most ? viewOf(wanted, 0, most) : wanted);
}

function onDrain(this: Owned): void {
  this[OWNER]?.onRoom();
}

function onEnd(this: Owned): void {
  this[OWNER]?.onFin();
}

function onError(this: Owned, error: Error): void {
  this[OWNER]?.onSocketError(error);
}

/** The peer has cancelled its stream, which Node reports by no error, as it does for every other reset. */
function onAborted(this: ServerHttp2Stream): void {
  if (this.rstCode !== CANCEL || isLostBelow(this)) return;
  this.destroy(Object.assign(new Error('the peer has reset its stream of HTTP/2 (CANCEL)'), { code: 'ECONNRESET' }));
}

function onClose(this: Owned): void {
  const owner = this[OWNER];
  this[OWNER] = undefined;
  const unread: unknown = this.read();
  owner?.onGone(Buffer.isBuffer(unread) ? unread : undefined);
}
