/**
 * What a page may do. Only compiled: against the source, and against the packed package, with no other package around.
 */
import { reconnectDelayOf, withReconnectDelay } from 'wirekeeper/reconnect';

/** When to dial again, in ms. */
export function delayAfter({ reason }: { readonly reason: string }): number {
  return reconnectDelayOf(reason) ?? 1_000;
}

export const answer: string = withReconnectDelay('restarting', 500);

// @ts-expect-error a close event is no reason
reconnectDelayOf({ reason: '' });
