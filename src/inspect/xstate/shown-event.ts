import type { AnyEventObject } from 'xstate';
import { MASK } from '../redaction/masked.js';
import { errorShape, shapeOf } from './shape.js';

/** Texts that our machines' events have from a closed list, or that name a machine's or a peer's place. */
const SHOWN = new Set(['type', 'trigger', 'fault', 'kind', 'outcome', 'phase', 'startedBy', 'remoteAddress']);

/** How deep our machines' events are shown: `wire.closed` has an end, and that a Close frame. */
const DEEPEST = 3;

/**
 * An event of our own machines as it may be shown: its type, codes, counts, and what comes from closed lists. Reasons,
 * subprotocols, and every other text are masked, and of an error only its name and code are left.
 */
export function shownEvent(event: { readonly type: string }): AnyEventObject {
  return { ...shownMembers(event, 1), type: event.type };
}

function shownMembers(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, shownMember(key, member, depth)]),
  );
}

function shownMember(key: string, value: unknown, depth: number): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value === '' || SHOWN.has(key) ? value : MASK;
  const shape = shapeOf(value);
  if (shape === '[error]' || key === 'error' || key === 'cause' || key === 'handlerError') return errorShape(value);
  return shape === '[object]' && depth < DEEPEST ? shownMembers(value as object, depth + 1) : shape;
}
