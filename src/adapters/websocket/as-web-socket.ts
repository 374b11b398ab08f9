import type { Connection } from '../../supervisor/api/connection.js';
import { checkMethods } from '../../supervisor/options/option-rules.js';
import { wrongOption } from '../../transport/wrong-option.js';
import { Adoption } from './adopted-link.js';
import { WebSocket } from './web-socket.js';

/** What the socket uses of a connection. */
const METHODS = ['send', 'close', 'fail'] as const satisfies readonly (keyof Connection)[];

/**
 * Makes a W3C socket of a connection that is open, accepted or dialed, for libraries that take one. There is no event
 * `open`. Messages wait, as they do for a handler, until the socket has a listener for them; then it reads them by
 * `frames$`. Each call makes another socket: call it once for a connection.
 *
 * In a handler, end with `return connection.closed`: when a handler returns, its connection closes.
 *
 * @throws {OptionError} for what is no connection, and for a connection that is still connecting.
 */
export function asWebSocket(connection: Connection<unknown>): WebSocket {
  const where = 'asWebSocket: connection';
  checkMethods(connection, METHODS, where);
  if (connection.state === 'connecting') throw wrongOption(where, 'is still connecting; wait until it is open');
  return new WebSocket(new Adoption(connection) as unknown as string);
}
