/**
 * What an opening handshake hands over in both directions. Only compiled: against the source, and against the packed
 * package.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Authenticate, type Connection, type Listener, refuse, type Supervisor } from 'wirekeeper';

/** The header fields may be those of a response of Node. */
export const byMiddleware: Authenticate<string> = ({ raw }) => {
  if (raw === undefined) return refuse(503);
  const message: IncomingMessage = raw;
  return { data: message.url ?? '', headers: new ServerResponse(message).getHeaders() };
};

export const byHand: Authenticate<undefined> = () => ({
  data: undefined,
  headers: { 'set-cookie': ['a=1', 'b=2'], 'x-left': 7, 'x-none': undefined },
});

export async function fieldsAreTextsAndNumbers(supervisor: Supervisor): Promise<void> {
  await supervisor.listen({
    // @ts-expect-error a Date is no text
    authenticate: () => ({ data: 7, headers: { expires: new Date() } }),
    handler: () => {},
  });
}

export function requestMayBeGone(raw: NonNullable<Connection['request']>['raw']): void {
  // @ts-expect-error it is there until the 101
  void raw.socket;
}

export function responseIsThatOfADial(connection: Connection): readonly string[] {
  // @ts-expect-error an accepted connection has none
  void connection.response.headers;
  return [connection.response?.headers['set-cookie'] ?? []].flat();
}

export function grantIsGivenWithTheUpgrade(
  listener: Listener,
  ...[message, socket, head]: [IncomingMessage, Duplex, Buffer]
): void {
  listener.handleUpgrade(message, socket, head);
  listener.handleUpgrade(message, socket, head, { data: 'ann', expiresAt: Date.now() });
  listener.handleUpgrade(message, socket, head, Promise.resolve(refuse(401)));
  // @ts-expect-error a user is no grant
  listener.handleUpgrade(message, socket, head, 'ann');
}
