import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Diverted } from '../transport.js';
import { answer } from './http-answer.js';
import { responseOn } from './socket-snapshot.js';
import { requestOf } from './upgrade.js';

/**
 * Makes a server that speaks nothing but WebSocket (RFC 9110 section 15.5.22), and says what it has answered to all
 * else.
 */
export function ownServer(onRefused: OnRefused): Server {
  const refuse = (message: IncomingMessage, response: ServerResponse) => {
    response.writeHead(426, {
      connection: 'Upgrade, close',
      upgrade: 'websocket',
      'content-type': 'text/plain; charset=utf-8',
    });
    response.end('This port speaks WebSocket only.\n');
    onRefused(requestOf(message, message.socket), 426);
  };
  const server = createServer(
    { headersTimeout: HEADERS_WITHIN_MS, connectionsCheckingInterval: CHECK_EVERY_MS },
    refuse,
  );
  server.on('checkExpectation', refuse);
  server.on('connect', (message, socket) => {
    answer(socket, { status: 405, headers: { allow: 'GET' } });
    onRefused(requestOf(message, socket), 405);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = STATUS_OF[error.code ?? ''] ?? 400;
    const remoteAddress = socket instanceof Socket ? socket.remoteAddress : undefined;
    // Without an address it is connected no more: a reset came.
    if (remoteAddress !== undefined && answerAsNode(socket, status)) onRefused({ remoteAddress }, status, error);
    socket.destroy(error);
  });
  return server;
}

/** How long a client of a port of our own may take to send its request's header. Node's own default is a minute. */
const HEADERS_WITHIN_MS = 10_000;

/** How often Node looks for clients beyond that. Its own default is half a minute. */
const CHECK_EVERY_MS = 1000;

/** What Node answers to what its parser does not take; 400 to all else. */
const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** A request was answered, and is no opening handshake. */
type OnRefused = (request: Diverted, status: number, error?: Error) => void;

/**
 * What Node does where nobody listens for `clientError`; `false` if the client is gone, or has part of an answer
 * already.
 */
function answerAsNode(socket: Duplex, status: number): boolean {
  const response = responseOn(socket);
  if (!socket.writable || (response !== undefined && 'headersSent' in response && response.headersSent === true))
    return false;
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
  return true;
}
