import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getSystemErrorName } from 'node:util';
import { handleOf, type WriteRequest } from './handle.js';
import type { Queued } from './queued.js';

/** Node's class of requests to write: it does not show it, but hands one of them to any handle that a socket is given. */
let Request: (new () => WriteRequest) | undefined | 'not asked' = 'not asked';

/** One for all sockets: as long as the kernel takes each write at once, nothing is noted in it. */
let request: WriteRequest | undefined;

function findRequest(): (new () => WriteRequest) | undefined {
  let seen: { constructor: unknown } | undefined;
  const writeBuffer = (given: WriteRequest) => {
    seen = given;
    return 0;
  };
  const nothing = () => 0;
  const socket = new Socket({ handle: { writeBuffer, readStart: nothing, readStop: nothing, close: nothing } } as object);
  socket.on('error', nothing);
  socket.write(Buffer.alloc(1));
  socket.destroy();
  const found = seen?.constructor;
  return typeof found === 'function' && found.name === 'WriteWrap' ? (found as new () => WriteRequest) : undefined;
}

function partsOf(queue: readonly Queued[]): Buffer[] {
  const parts: Buffer[] = [];
  for (const { framed, tail } of queue) {
    parts.push(framed);
    if (tail !== undefined) parts.push(tail);
  }
  return parts;
}

/**
 * Gives bytes to the kernel in this very call, past the machinery of streams, which costs as much as a fifth of the system
 * call itself. What the kernel does not take is sent later, in order with whatever the stream is given then, and must not be
 * changed until that has been. Should sending it fail, the socket is destroyed with the error.
 *
 * @returns how many bytes the kernel has left; `undefined` if nothing was done, since the socket is none of Node's, or TLS,
 * or not open, or behind, or fails, or since Node's insides have changed: the stream is to be written to then, and has the say.
 */
export function writeDirectly(socket: Duplex, what: Buffer | readonly Queued[]): number | undefined {
  if (socket.writableLength > 0 || socket.writableEnded) return undefined;
  const handle = handleOf(socket);
  if (handle?.writeBuffer === undefined || handle.writev === undefined || handle.writeQueueSize !== 0) return undefined;
  if (Request === 'not asked') Request = findRequest();
  if (Request === undefined) return undefined;
  request ??= new Request();
  const status = Buffer.isBuffer(what) ? handle.writeBuffer(request, what) : handle.writev(request, partsOf(what), true);
  if (status !== 0) return undefined;
  const left = handle.writeQueueSize;
  if (left > 0) {
    keep(request, what, socket);
    request = undefined;
  }
  return left;
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
}
