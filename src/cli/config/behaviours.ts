import type { CloseReport, Connection, Frame } from '../../index.js';
import { roomsHandler } from './rooms.js';

/** What a configured listener can do with its connections. */
export const LISTENER_BEHAVIOURS = ['echo', 'rooms', 'discard'] as const;

/** What a configured dialer can do with its connections. */
export const DIALER_BEHAVIOURS = ['log', 'discard'] as const;

export type ListenerBehaviour = (typeof LISTENER_BEHAVIOURS)[number];
export type DialerBehaviour = (typeof DIALER_BEHAVIOURS)[number];

/** A handler of any connection: none of these reads `data`. */
type AnyHandler = (connection: Connection<unknown>) => Promise<void | CloseReport>;

/** Sends every message back, text as text. While the peer does not read, nothing is read from it. */
async function echo(connection: Connection<unknown>): Promise<void> {
  for await (const frame of connection) {
    if (connection.send(frame) === 'backpressure') await connection.writable();
  }
}

function discard(connection: Connection<unknown>): Promise<CloseReport> {
  connection.discardFrames();
  return connection.closed;
}

/** Makes the handler of one listener. */
export function listenerHandler(behaviour: ListenerBehaviour): AnyHandler {
  switch (behaviour) {
    case 'echo':
      return echo;
    case 'rooms':
      return roomsHandler();
    case 'discard':
      return discard;
  }
}

/** Makes the handler of one dialer. */
export function dialerHandler(behaviour: DialerBehaviour, onFrame: (frame: Frame) => void): AnyHandler {
  switch (behaviour) {
    case 'log':
      return async (connection) => {
        for await (const frame of connection) onFrame(frame);
        return connection.closed;
      };
    case 'discard':
      return discard;
  }
}
