import type { LogPlace } from '../port/broker.js';

/** A place in a topic's history: everything up to it was seen. Plain data, which a client may keep. */
export interface TopicPosition {
  /** Names the history from its creation on: when the broker has lost it, there is another. */
  readonly epoch: string;
  /** The offset of the last message seen; 0 is before the first. Offsets grow; those of a topic have holes. */
  readonly offset: number;
  /** When that was, or before, by the broker's clock: Unix ms. It shows what may have become too old since. */
  readonly at: number;
}

export function positionOf(epoch: string, { offset, at }: LogPlace): TopicPosition {
  // A clock may give parts of ms; a position that is later than its message would be too young.
  return { epoch, offset, at: Math.floor(at) };
}

/** Writes a position as a text without spaces, for a query string or a message: `parsePosition` reads it. */
export function formatPosition({ epoch, offset, at }: TopicPosition): string {
  return `${epoch}:${offset}:${at}`;
}

const FORMAT = /^([A-Za-z0-9_.-]{1,128}):(\d{1,16}):(\d{1,16})$/;

/** Reads what `formatPosition` wrote. `undefined` for anything else: clients may send anything. */
export function parsePosition(text: unknown): TopicPosition | undefined {
  const [, epoch, offset, at] = (typeof text === 'string' ? FORMAT.exec(text) : undefined) ?? [];
  if (epoch === undefined) return undefined;
  return copyOfPosition({ epoch, offset: Number(offset), at: Number(at) });
}

/** A copy of a position; `undefined` for anything else. May throw what a getter throws. */
export function copyOfPosition(value: unknown): TopicPosition | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { epoch, offset, at } = value as Partial<TopicPosition>;
  return typeof epoch === 'string' && isCount(offset) && isCount(at) ? { epoch, offset, at } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
