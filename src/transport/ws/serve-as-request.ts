import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { UpgradeServer } from '../transport.js';
import { responseOn } from './socket-snapshot.js';

/**
 * Gives a request that Node took for an upgrade back to the server, for its `request` listeners. The socket is read
 * again from the request on, as Node reads it if there are no listeners for upgrades: the request's body, pipelined
 * requests, and what the client sends later arrive as usual.
 */
export function serveAsRequest(server: UpgradeServer, message: IncomingMessage, socket: Duplex, head: Buffer): void {
  const ignore = () => {};
  socket.on('error', ignore);
  onceAnswered(socket, () => {
    socket.off('error', ignore);
    if (socket.destroyed || socket.writableEnded) return;
    if (socket.readableEnded) {
      // As Node does with a client that ends its side before it has its answer.
      socket.end();
      return;
    }
    const parsed: Parsed = socket;
    // An earlier response has set that of a connection kept alive.
    parsed.setTimeout?.(0);
    socket.unshift(Buffer.concat([headerOf(message), head]));
    read(server, socket);
    takeNextAsRequest(parsed.parser);
  });
}

/** What Node's HTTP server hangs on a socket that it reads; not documented. */
interface Parser {
  onIncoming?: ((message: IncomingMessage & { upgrade?: boolean }, isKeptAlive: boolean) => unknown) | undefined;
}

type Parsed = Duplex & { readonly parser?: Parser | null | undefined; readonly setTimeout?: (ms: number) => unknown };

/** The request's header as it came, but for white space around values. */
function headerOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const fields = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}:` : `${text}\r\n`));
  const header = `${method} ${url} HTTP/${httpVersion}\r\n${fields.join('')}\r\n`;
  return Buffer.from(header, 'latin1');
}

/**
 * Lets the server read a socket like that of a new connection. Emitting the event again, as is documented for sockets
 * from elsewhere, would make other listeners count the connection twice: that is done only if Node's own listener has
 * another name.
 */
function read(server: UpgradeServer, socket: Duplex): void {
  for (const event of ['secureConnection', 'connection']) {
    const own = server.listeners(event).find(({ name }) => name === 'connectionListener');
    if (own !== undefined) {
      own.call(server, socket);
      return;
    }
  }
  server.emit('connection', socket);
}

/** Calls `next` once no response to an earlier request on the socket is being written: responses are sent in order. */
export function onceAnswered(socket: Duplex, next: () => void): void {
  const earlier = responseOn(socket);
  if (earlier === undefined) {
    next();
    return;
  }
  const again = () => {
    earlier.off('finish', again);
    earlier.off('close', again);
    onceAnswered(socket, next);
  };
  earlier.on('finish', again);
  earlier.on('close', again);
}

/** The next message counts as no upgrade, even if it offers one. */
function takeNextAsRequest(parser: Parser | null | undefined): void {
  const onIncoming = parser?.onIncoming;
  if (!parser || onIncoming === undefined) return;
  parser.onIncoming = (message, isKeptAlive) => {
    parser.onIncoming = onIncoming;
    message.upgrade = false;
    return onIncoming(message, isKeptAlive);
  };
}
