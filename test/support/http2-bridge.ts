import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { addAbortSignal, type Duplex } from 'node:stream';

/** What a server appends to the client's key (RFC 6455 section 4.2.2). */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** With 64 KiB, the default, many MiB take long on a machine that is busy. */
export const WIDE = { initialWindowSize: 256 * 1024 };

/**
 * A proxy that turns each upgrade of HTTP/1.1 into a stream of one HTTP/2 connection (RFC 8441), as haproxy and Envoy
 * do: a FIN becomes the end of the stream, and a reset becomes its reset, in both directions.
 */
export class Http2Bridge {
  readonly port: number;
  isClosed = false;
  readonly #server: Server;
  readonly #session: ClientHttp2Session;

  private constructor(server: Server, session: ClientHttp2Session) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#session = session;
    server.on('upgrade', (request, socket) => this.#upgrade(request, socket as Socket));
  }

  /**
   * @param to the port of the server of HTTP/2.
   * @throws the system's error when its own port cannot be opened.
   */
  static async listen(to: number, { port, host }: { port: number; host: string | undefined }): Promise<Http2Bridge> {
    const server = createServer();
    server.listen({ port, ...(host === undefined ? {} : { host }) });
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${to}`, { settings: WIDE });
    session.on('error', () => {});
    await once(session, 'remoteSettings');
    session.setLocalWindowSize(WIDE.initialWindowSize);
    return new Http2Bridge(server, session);
  }

  /** Takes no more clients; those that are there stay, and the connection of HTTP/2 with them. */
  close(): void {
    this.isClosed = true;
    this.#server.close();
    this.#server.closeAllConnections();
    this.#session.close();
  }

  #upgrade({ url, rawHeaders, headers }: IncomingMessage, socket: Socket): void {
    socket.allowHalfOpen = true;
    const fields: Record<string, string> = {};
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]?.toLowerCase() ?? '';
      if (!['host', 'connection', 'upgrade', 'sec-websocket-key'].includes(name))
        fields[name] = rawHeaders[i + 1] ?? '';
    }
    const stream = this.#session.request(
      {
        ':method': 'CONNECT',
        ':protocol': 'websocket',
        ':scheme': 'http',
        ':path': url ?? '/',
        ':authority': headers.host ?? '',
        ...fields,
      },
      { endStream: false },
    );
    pipe(socket, stream);
    // Node's `close` would first end the stream.
    const cancel = () => {
      if (!stream.destroyed) addAbortSignal(AbortSignal.abort(), stream);
    };
    socket.on('error', cancel);
    socket.on('close', cancel);
    stream.on('error', () => {});
    stream.on('close', () => {
      if (stream.rstCode === 0) socket.end();
      // A socket that was ended cannot be reset any more.
      else if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    });
    stream.on('response', (response) => {
      socket.write(answerLines(response, String(headers['sec-websocket-key'])));
      pipe(stream, socket);
    });
  }
}

function pipe(from: Duplex, to: Duplex): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
}

function answerLines(response: IncomingHttpHeaders, key: string): string {
  const { ':status': answered } = response;
  const status = Number(answered) === 200 ? 101 : Number(answered);
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`];
  if (status === 101) {
    const accept = createHash('sha1').update(`${key}${ACCEPT_GUID}`).digest('base64');
    lines.push('Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`);
  } else {
    lines.push('Connection: close');
  }
  for (const [name, value] of Object.entries(response)) {
    if (!name.startsWith(':')) for (const one of [value].flat()) lines.push(`${name}: ${one}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
