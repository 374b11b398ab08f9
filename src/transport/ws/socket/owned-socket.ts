import type { Duplex } from 'node:stream';
import { pages } from '../../protocol/pages.js';
import { readIntoPage } from './page-reads.js';

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
  readIntoPage(owned, onRead);
}

/** What a socket calls on its owner. */
export interface SocketOwner {
  /**
   * Bytes have come, up to `end`: in the shared page, valid during this call, or in a buffer that is the owner's now.
   */
  onBytes(bytes: Buffer, end: number): void;
  /** The socket has room again. */
  onRoom(): void;
  /** The peer has ended its side of TCP. */
  onFin(): void;
  onSocketError(error: Error): void;
  /** The socket is gone; the last call. `unread` is what it had read and not passed on. */
  onGone(unread: Buffer | undefined): void;
}

/** The property of a socket that has its owner: so listeners are shared, instead of closures for each connection. */
const OWNER = Symbol('owner');

type Owned = Duplex & { [OWNER]?: SocketOwner | undefined };

function onData(this: Owned, chunk: Buffer): void {
  this[OWNER]?.onBytes(chunk, chunk.length);
}

function onRead(this: Owned, end: number): void {
  this[OWNER]?.onBytes(pages().read, end);
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

function onClose(this: Owned): void {
  const owner = this[OWNER];
  this[OWNER] = undefined;
  const unread: unknown = this.read();
  owner?.onGone(Buffer.isBuffer(unread) ? unread : undefined);
}
