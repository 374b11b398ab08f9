import type { AnyEventObject } from 'xstate';
import type { InspectOnly } from '../only.js';

/** What a viewer asks for by its URL. `undefined` for what is not understood. */
export function askedFor(query: URLSearchParams): InspectOnly | undefined {
  const share = query.get('share');
  const part = share === null ? undefined : Number(share);
  if (part !== undefined && (share === '' || !(part >= 0 && part <= 1))) return undefined;
  return {
    connection: query.get('connection') ?? undefined,
    child: query.get('child') ?? undefined,
    share: part,
  };
}

/** An event that a viewer sends to an actor. */
export interface SentEvent {
  readonly sessionId: string;
  readonly event: AnyEventObject;
}

/** Reads a viewer's message. `undefined` for anything but an event for an actor. Never throws. */
export function sentEvent(text: string): SentEvent | undefined {
  const message = parsed(text);
  if (!isObject(message) || message['type'] !== '@xstate.event') return undefined;
  const { sessionId, event } = message;
  if (typeof sessionId !== 'string' || !isObject(event)) return undefined;
  const { type } = event;
  // XState obeys events of its own: one of them stops an actor.
  if (typeof type !== 'string' || type.startsWith('xstate.')) return undefined;
  return { sessionId, event: { ...event, type } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
