import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { KeptSockets } from './kept-sockets.js';

const HOST = '127.0.0.1';

/** How a proxy behaves. */
export interface HttpProxyOptions {
  /** The user and password it wants, as `user:password`. */
  readonly credentials?: string;
  /** The bytes with which it answers every CONNECT instead of obeying it. */
  readonly answer?: string;
  /** Whether it says nothing at all. */
  readonly isMute?: boolean;
  /** With these it is spoken to over TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Names that only this proxy knows, and where they are. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** An HTTP proxy that connects (CONNECT, RFC 9110 section 9.3.6), with Basic authentication if that is wanted. */
export class HttpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #scheme: string;
  readonly #options: HttpProxyOptions;
  /** What it was asked for, in order: `host:port`. */
  readonly asked: string[] = [];
  /** The credentials that came with each of these. */
  readonly given: (string | undefined)[] = [];
  readonly #sockets = new KeptSockets();

  private constructor(options: HttpProxyOptions) {
    this.#options = options;
    this.#scheme = options.tls === undefined ? 'http' : 'https';
    this.#server = options.tls === undefined ? createServer() : createSecureServer(options.tls);
    this.#server.on('connect', (request, socket, head) => this.#onConnect(request, socket, head));
    this.#server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Duplex) =>
      this.#sockets.add(socket),
    );
  }

  static async listen(options: HttpProxyOptions = {}): Promise<HttpProxy> {
    const proxy = new HttpProxy(options);
    proxy.#server.listen(0, HOST);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** @param credentials what is in the URL. Default: what it wants. */
  url(credentials: string | undefined = this.#options.credentials): string {
    return `${this.#scheme}://${credentials === undefined ? '' : `${credentials}@`}${HOST}:${this.port}/`;
  }

  /** How many connections it has, to both sides. */
  get connections(): number {
    return this.#sockets.size;
  }

  #onConnect({ url = '', headers }: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { credentials, answer, isMute = false, hosts = {} } = this.#options;
    const given = /^Basic (.*)$/.exec(headers['proxy-authorization'] ?? '')?.[1];
    const shown = given === undefined ? undefined : Buffer.from(given, 'base64').toString();
    this.asked.push(url);
    this.given.push(shown);
    if (isMute) {
      socket.resume().once('end', () => socket.end());
      return;
    }
    if (answer !== undefined) socket.end(answer);
    else if (credentials !== undefined && shown !== credentials)
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n' +
          'Content-Type: text/html\r\nContent-Length: 18\r\n\r\n<h1>log in!</h1>\r\n',
      );
    else this.#join(new URL(`http://${url}`), hosts, socket, head);
  }

  #join({ hostname, port }: URL, hosts: Readonly<Record<string, string>>, socket: Duplex, head: Buffer): void {
    const server = connect(Number(port === '' ? 80 : port), hosts[hostname] ?? hostname.replace(/^\[|\]$/g, ''));
    this.#sockets.add(server);
    server.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      this.#sockets.join(server, socket);
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' && socket instanceof Socket) socket.resetAndDestroy();
      else socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sockets.close(this.#server);
  }
}
