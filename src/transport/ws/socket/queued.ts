import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Framed bytes, ready for the socket: usually one message. A prepared message has this shape too, so that several
 * queues can share it.
 */
export interface Queued {
  readonly framed: Buffer;
  /**
   * The payload of a large message, of which `framed` is the header only: both are written together or not at all.
   */
  readonly tail?: Buffer | undefined;
  /** The memory of its payload, maybe with its header, if that is used again once the socket needs it no more. */
  readonly room?: Buffer;
  /** Payload bytes of a data message; `undefined` for a control frame. */
  readonly payloadBytes: number | undefined;
  /** How many data messages these are. Default 1. */
  readonly frames?: number;
}

/** The messages that were joined last: in a broadcast every outbox joins the same messages. */
let last: { readonly parts: readonly Queued[]; readonly joined: Buffer } | undefined;

/** The joined buffer is kept for one turn of the loop: later it is of no use. */
function forget(): void {
  last = undefined;
}

/** Joins framed messages into one buffer, which may be written to many sockets. */
export function join(parts: readonly Queued[]): Buffer {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first.framed;
  if (last !== undefined && last.parts.length === parts.length && isSame(last.parts, parts)) return last.joined;
  const joined = Buffer.concat(parts.map((part) => part.framed));
  if (last === undefined) setImmediate(forget);
  last = { parts, joined };
  return joined;
}

function isSame(a: readonly Queued[], b: readonly Queued[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Writes framed messages without joining them: the kernel gathers them, so that large ones are not copied. */
export function writeGathered(
  socket: Duplex,
  parts: readonly Queued[],
  written?: (error: Error | null | undefined) => void,
): void {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined && first.tail === undefined) {
    socket.write(first.framed, written);
    return;
  }
  socket.cork();
  for (let i = 0; i < parts.length; i++) {
    const { framed, tail } = parts[i] as Queued;
    const done = i === parts.length - 1 ? written : undefined;
    socket.write(framed, tail === undefined ? done : undefined);
    if (tail !== undefined) socket.write(tail, done);
  }
  socket.uncork();
}

/** Whether a socket needs bytes no more once it says so: a stream of another kind may hand them on as they are. */
export function lendsMemory(socket: Duplex): boolean {
  return socket instanceof Socket;
}
