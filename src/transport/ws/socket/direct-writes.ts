import type { Duplex } from 'node:stream';
import { getSystemErrorName } from 'node:util';
import { type Handle, handleOf, type WriteRequest } from './handle.js';
import type { Queued } from './queued.js';
import { findWriteWay, type WriteWay } from './write-way.js';

/**
 * Gives bytes to the kernel in this call, without the machinery of streams, which costs up to a fifth of the system
 * call itself. What the kernel does not take is sent later, in order with what the stream is given then; it must not be
 * changed until it was sent. If sending it fails, the socket is destroyed with the error.
 *
 * @returns how many bytes the kernel has not taken; `undefined` if nothing was done: the socket is not one of Node's,
 *   or is TLS, not open, behind, or failing, or Node's insides have changed. Write to the stream then.
 */
export function writeDirectly(socket: Duplex, what: Buffer | readonly Queued[]): number | undefined {
  if (socket.writableLength > 0 || socket.writableEnded) return undefined;
  const handle = handleOf(socket);
  if (handle?.writeBuffer === undefined || handle.writev === undefined || handle.writeQueueSize !== 0) return undefined;
  if (way === 'not asked') way = findWriteWay();
  if (way === undefined) return undefined;
  const outcome = way.kind === 'returned' ? write(handle, null, what) : writeWithRequest(handle, way.Request, what);
  if (outcome === 0) return 0;
  if (typeof outcome !== 'object' || outcome === null) return undefined;
  keep(outcome as WriteRequest, what, socket);
  return socket.destroyed ? undefined : handle.writeQueueSize;
}

let way: WriteWay | undefined | 'not asked' = 'not asked';

/**
 * One for all sockets where requests are given: as long as the kernel takes each write at once, nothing is noted in it.
 */
let spare: WriteRequest | undefined;

/** What a request says that is not under way. */
const NO_ID = -1;

/** libuv's UV_UNKNOWN: a returned request that is not under way has failed, and does not say how. */
const UNKNOWN = -4094;

function partsOf(queue: readonly Queued[]): Buffer[] {
  const parts: Buffer[] = [];
  for (const { framed, tail } of queue) {
    parts.push(framed);
    if (tail !== undefined) parts.push(tail);
  }
  return parts;
}

function write(handle: Handle, request: WriteRequest | null, what: Buffer | readonly Queued[]): unknown {
  return Buffer.isBuffer(what) ? handle.writeBuffer?.(request, what) : handle.writev?.(request, partsOf(what), true);
}

/**
 * Writes with a request, and returns it if it is under way: it may be although nothing is left, when the kernel made
 * room in the middle of the call, and to give it to another write then would end the process.
 */
function writeWithRequest(handle: Handle, Request: new () => WriteRequest, what: Buffer | readonly Queued[]): unknown {
  const request = spare ?? new Request();
  const status = write(handle, request, what);
  const isUnderWay = status === 0 && request.getAsyncId() !== NO_ID;
  spare = status === 0 && !isUnderWay ? request : undefined;
  return isUnderWay ? request : status;
}

/** Makes a request that is under way the socket's own. */
function keep(own: WriteRequest, what: unknown, socket: Duplex): void {
  own.held = what;
  own.oncomplete = (status) => {
    own.held = undefined;
    if (status >= 0 || socket.destroyed) return;
    const code = getSystemErrorName(status);
    socket.destroy(Object.assign(new Error(`write ${code}`), { code, errno: status, syscall: 'write' }));
  };
  if (own.getAsyncId() === NO_ID) own.oncomplete(own.writeStatus ?? UNKNOWN);
}
