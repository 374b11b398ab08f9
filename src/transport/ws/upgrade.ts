import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HandshakeRequest, HttpAnswer } from '../transport.js';
import { answer, fieldLines } from './http-answer.js';
import type { Handshaken } from './package/handshaken.js';
import { type Acceptance, PendingUpgrade } from './pending-upgrade.js';
import { isEncrypted } from './socket/handle.js';
import { type SocketSnapshot, snapshotOf, takenSince } from './socket-snapshot.js';

const HOST = 'host';

/**
 * Node keeps the first Host of several, which are an attack or a mistake (RFC 9112 section 3.2): here all of them are
 * there.
 */
function headersOf({ headers, rawHeaders }: IncomingMessage): HandshakeRequest['headers'] {
  const hosts: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === HOST.length && name.toLowerCase() === HOST) hosts.push(rawHeaders[i + 1] ?? '');
  }
  return hosts.length > 1 ? { ...headers, host: hosts } : headers;
}

/** What users see of a request. */
export function requestOf(message: IncomingMessage, socket: Duplex): HandshakeRequest {
  // Before a request's body is there, Node hands out a stream that stands for the socket.
  const bearer = socket instanceof Socket ? socket : message.socket;
  return {
    method: message.method ?? 'GET',
    url: message.url ?? '/',
    httpVersion: message.httpVersion,
    headers: headersOf(message),
    remoteAddress: bearer instanceof Socket ? bearer.remoteAddress : undefined,
    isSecure: bearer instanceof Socket && isEncrypted(bearer),
    raw: message,
  };
}

const LEAVINGS = ['error', 'end'] as const;

/** One opening handshake on an HTTP/1.1 server, awaiting its answer. */
export class WsUpgrade extends PendingUpgrade {
  protected readonly leavings = LEAVINGS;
  readonly #message: IncomingMessage;
  readonly #socket: Duplex;
  readonly #head: Buffer;
  readonly #snapshot: SocketSnapshot;

  constructor(
    request: HandshakeRequest,
    message: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    now: () => number,
    snapshot = snapshotOf(socket),
  ) {
    super(request, socket, now);
    this.#message = message;
    this.#socket = socket;
    this.#head = head;
    this.#snapshot = snapshot;
  }

  protected takenHow(): string | undefined {
    return takenSince(this.#socket, this.#snapshot);
  }

  protected open({ upgrader, protocol, headers }: Acceptance): Handshaken | undefined {
    return upgrader.upgrade(this.#message, this.#socket, this.#head, { protocol, lines: fieldLines(headers) });
  }

  protected answer(httpAnswer: HttpAnswer): void {
    answer(this.#socket, httpAnswer);
  }
}
