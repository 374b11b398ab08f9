import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A request to write, as Node's handles want it or return it. */
export interface WriteRequest {
  oncomplete?: ((status: number) => void) | null;
  /** What is still read from until the request is complete. */
  held?: unknown;
  /** -1 unless the request is under way. */
  getAsyncId(): number;
  /** Of a returned request that was over before `oncomplete` could be set. */
  readonly writeStatus?: number | null;
}

/** Node's handle beneath a socket. It is not documented: each member may be missing. */
export interface Handle {
  readonly useUserBuffer?: (page: Buffer) => void;
  /** Bytes given to it that the kernel has not taken. */
  readonly writeQueueSize?: number;
  /** Returns a status, zero or negative, or the request that is under way: see `WriteWay`. */
  readonly writeBuffer?: (request: WriteRequest | null, bytes: Buffer) => unknown;
  readonly writev?: (request: WriteRequest | null, parts: readonly Buffer[], areAllBuffers: boolean) => unknown;
}

/**
 * Whether a socket speaks TLS. An import of the class of those takes memory, and in Bun every socket has `encrypted`.
 */
export function isEncrypted(socket: Socket): boolean {
  return (socket as Socket & { readonly encrypted?: unknown }).encrypted === true;
}

/**
 * The handle of a TCP or Unix domain socket that is open. What TLS reads and writes may be more or less than what is
 * asked of its handle: see `tlsHandleOf`.
 */
export function handleOf(socket: Duplex): Handle | undefined {
  // The first is the rule, and quicker to see: this is asked before each write.
  const isPlain = socket.constructor === Socket || (socket instanceof Socket && !isEncrypted(socket));
  if (!isPlain) return undefined;
  return (socket as Socket & { readonly _handle?: Handle | null })._handle ?? undefined;
}

/** The handle of a TLS socket of Node's that is open. It may have bytes read in the middle of a call. */
export function tlsHandleOf(socket: Duplex): Handle | undefined {
  if (socket.constructor === Socket || !(socket instanceof Socket) || !isEncrypted(socket)) return undefined;
  const handle = (socket as Socket & { readonly _handle?: Handle | null })._handle;
  return handle?.constructor.name === 'TLSWrap' ? handle : undefined;
}

/**
 * Whether a socket is done with what it is given when the call returns: Node's TLS encrypts it there, or copies it,
 * unless it is still at work on what came before.
 */
export function encryptsAtOnce(socket: Duplex): boolean {
  return socket.writableLength === 0 && socket.writableCorked === 0 && tlsHandleOf(socket) !== undefined;
}
