import type { Duplex } from 'node:stream';

/**
 * Framed bytes, ready for the socket: one message as a rule. A prepared message has this shape too, so that queues can
 * share it.
 */
export interface Queued {
  readonly framed: Buffer;
  /**
   * The payload of a large message, behind a `framed` that is its header only: both are written together or not at all.
   */
  readonly tail?: Buffer | undefined;
  /** Payload bytes of a data message; `undefined` for a control frame. */
  readonly payloadBytes: number | undefined;
  /** How many data messages these are. Default 1. */
  readonly frames?: number;
}

/** What is given to the socket in one write; more waits, where it can still be discarded. */
const MAX_WRITTEN = 128 * 1024;

/** What of a queue is written together. */
interface Batch {
  /** So many at its front. */
  readonly count: number;
  /** Their bytes on the wire. */
  readonly size: number;
  /** Whether some are large. */
  readonly hasTails: boolean;
  /** The data messages among them, and the bytes of those. */
  readonly frames: number;
  readonly bytes: number;
}

/** As many messages as make one sensible write, one at least. */
export function batchOf(queue: readonly Queued[], most = MAX_WRITTEN): Batch {
  let [count, size, frames, bytes] = [0, 0, 0, 0];
  let hasTails = false;
  for (const message of queue) {
    const length = message.framed.length + (message.tail?.length ?? 0);
    if (count > 0 && size + length > most) break;
    size += length;
    count += 1;
    hasTails ||= message.tail !== undefined;
    if (message.payloadBytes === undefined) continue;
    frames += message.frames ?? 1;
    bytes += message.payloadBytes;
  }
  return { count, size, hasTails, frames, bytes };
}

/** The queue that was joined last: a broadcast's burst is the same queue in every outbox. */
let last: { readonly parts: readonly Queued[]; readonly joined: Buffer } | undefined;

/** A joined buffer is of use within one turn only: its memory is not held beyond. */
function forget(): void {
  last = undefined;
}

/** Joins framed messages into one buffer, which many sockets may be given. */
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

/** Writes framed messages without joining them: the kernel gathers what is in large ones from where it is. */
export function writeGathered(
  socket: Duplex,
  parts: readonly Queued[],
  written?: (error: Error | null | undefined) => void,
): void {
  socket.cork();
  for (let i = 0; i < parts.length; i++) {
    const { framed, tail } = parts[i] as Queued;
    const done = i === parts.length - 1 ? written : undefined;
    socket.write(framed, tail === undefined ? done : undefined);
    if (tail !== undefined) socket.write(tail, done);
  }
  socket.uncork();
}
