import { Socket } from 'node:net';
import type { WriteRequest } from './handle.js';

/** Finds the way by having Node write to a handle of our own, one buffer and then several. */
export function findWriteWay(): WriteWay | undefined {
  const requests: unknown[] = [];
  const written = (request: unknown) => {
    requests.push(request);
    return 0;
  };
  const nothing = () => 0;
  const handle = { writeBuffer: written, writev: written, readStart: nothing, readStop: nothing, close: nothing };
  try {
    const socket = new Socket({ handle } as object);
    socket.on('error', nothing);
    socket.write(Buffer.alloc(1));
    socket.cork();
    socket.write(Buffer.alloc(1));
    socket.write(Buffer.alloc(1));
    socket.uncork();
    socket.destroy();
  } catch {
    // Another runtime's sockets need not take a handle.
    return undefined;
  }
  return requests.length === 2 ? commonWay(requests) : undefined;
}

/** Each write is given a request, of a class that Node does not show, and returns a status (until 24.22 and 26.10). */
interface Given {
  readonly kind: 'given';
  readonly Request: new () => WriteRequest;
}

/** None is given, and a write that is not over in the call returns one instead of a status. */
interface Returned {
  readonly kind: 'returned';
}

/** How this Node's handles want to be asked to write. The wrong way ends the process: Node asserts it in C++. */
export type WriteWay = Given | Returned;

/** Reads the way off a request that Node itself gave to a handle; `undefined` where it is neither of them. */
export function wayOf(request: unknown): WriteWay | undefined {
  if (request === null) return { kind: 'returned' };
  if (typeof request !== 'object') return undefined;
  const { constructor: Request, getAsyncId } = request as {
    readonly constructor: unknown;
    readonly getAsyncId?: unknown;
  };
  if (typeof Request !== 'function' || Request.name !== 'WriteWrap' || typeof getAsyncId !== 'function')
    return undefined;
  return { kind: 'given', Request: Request as Given['Request'] };
}

/** The one way of several requests, or `undefined` if they differ, or if there is none. */
export function commonWay(requests: readonly unknown[]): WriteWay | undefined {
  const [first, ...others] = requests.map(wayOf);
  return others.every((other) => other?.kind === first?.kind) ? first : undefined;
}
