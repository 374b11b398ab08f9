import type { Frame } from '../../transport/frame.js';
import { formatPosition, parsePosition, type TopicPosition } from './position.js';

/** Bytes of the offset before a binary message. */
const OFFSET_BYTES = 8;

/**
 * A message with its offset in front, for clients that come back: a text as `+`, the offset in decimal digits, a space,
 * and the message; a binary one as the offset in 8 bytes, the most significant first, and the message.
 */
export function wrap(offset: number, { payload, isBinary }: Content): { data: Buffer; isBinary: boolean } {
  const head = isBinary ? offsetBytes(offset) : Buffer.from(['+', offset, ' '].join(''));
  return { data: Buffer.concat([head, payload]), isBinary };
}

/** What an envelope holds. */
export interface Content {
  readonly payload: Uint8Array;
  readonly isBinary: boolean;
}

function offsetBytes(offset: number): Buffer {
  const bytes = Buffer.alloc(OFFSET_BYTES);
  bytes.writeBigUInt64BE(BigInt(offset));
  return bytes;
}

/**
 * What a client is sent when it has come, and after a gap: `=`, its position, and whether it has all up to there.
 */
export function statement(position: TopicPosition, isComplete: boolean): string {
  return `=${formatPosition(position)} ${isComplete ? 'complete' : 'incomplete'}`;
}

/** One frame of a topic, as a client reads it. */
export type TopicFrame =
  /** A message of the topic. */
  | { readonly type: 'message'; readonly frame: Pick<Frame, 'data' | 'isBinary'> }
  /** Where the client stands. If it is not complete, messages are missing: it asks for the present state again. */
  | { readonly type: 'position'; readonly isComplete: boolean };

/** Reads a topic's frames on the side of a client, and keeps the position for the next connection. */
export interface TopicReader {
  /** The position that everything was read up to; `undefined` before the first. */
  readonly position: TopicPosition | undefined;
  /** The position as a text for `parsePosition`, in a query string for example; empty if there is none yet. */
  toString(): string;
  /**
   * Reads a frame that came with `envelope: true`. `undefined` for one that is no frame of a topic, and for a message
   * that was read before.
   */
  read(frame: Pick<Frame, 'data' | 'isBinary'>): TopicFrame | undefined;
}

/**
 * Makes a reader of one topic's frames, for a dialer: it reads each frame, and asks for what was missed when it dials
 * again. docs/cluster.md has the same for browsers.
 */
export function topicPosition(start?: TopicPosition): TopicReader {
  let position = start;
  const reader = {
    get position() {
      return position;
    },
    toString: () => (position === undefined ? '' : formatPosition(position)),
    read({ data, isBinary }: Pick<Frame, 'data' | 'isBinary'>): TopicFrame | undefined {
      const parsed = isBinary ? binary(data) : text(data);
      if (parsed === undefined) return undefined;
      if ('stated' in parsed) {
        position = parsed.stated;
        return { type: 'position', isComplete: parsed.isComplete };
      }
      if (position !== undefined && parsed.offset <= position.offset) return undefined;
      if (position !== undefined) position = { ...position, offset: parsed.offset };
      return { type: 'message', frame: { data: parsed.data, isBinary } };
    },
  };
  return reader;
}

type Parsed =
  | { readonly stated: TopicPosition; readonly isComplete: boolean }
  | { readonly offset: number; readonly data: Buffer };

const SPACE = 0x20;

function binary(data: Buffer): Parsed | undefined {
  if (data.length < OFFSET_BYTES) return undefined;
  return { offset: Number(data.readBigUInt64BE()), data: data.subarray(OFFSET_BYTES) };
}

function text(data: Buffer): Parsed | undefined {
  const space = data.indexOf(SPACE);
  if (space < 0) return undefined;
  const head = data.toString('latin1', 0, space);
  const rest = data.subarray(space + 1);
  if (/^\+\d{1,16}$/.test(head)) return { offset: Number(head.slice(1)), data: rest };
  const stated = head.startsWith('=') ? parsePosition(head.slice(1)) : undefined;
  return stated === undefined ? undefined : { stated, isComplete: rest.toString() === 'complete' };
}
