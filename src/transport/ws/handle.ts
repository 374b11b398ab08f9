import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** A request to write, as Node's handles want it. */
export interface WriteRequest {
  oncomplete?: (status: number) => void;
  /** What is still read from until the request is complete. */
  held?: unknown;
}

/** What Node has beneath a socket. No documentation tells of it: each member may be missing. */
export interface Handle {
  readonly useUserBuffer?: (page: Buffer) => void;
  /** Bytes given to it that the kernel has not taken. */
  readonly writeQueueSize?: number;
  readonly writeBuffer?: (request: WriteRequest, bytes: Buffer) => number;
  readonly writev?: (request: WriteRequest, parts: readonly Buffer[], areAllBuffers: boolean) => number;
}

/**
 * The handle of a TCP or Unix domain socket that is open. TLS has none of use: its bytes may come in the middle of a call,
 * and leave with others.
 */
export function handleOf(socket: Duplex): Handle | undefined {
  // The first is the rule, and quicker to see: this is asked before each write.
  const isPlain = socket.constructor === Socket || (socket instanceof Socket && !(socket instanceof TLSSocket));
  if (!isPlain) return undefined;
  return (socket as Socket & { readonly _handle?: Handle | null })._handle ?? undefined;
}
