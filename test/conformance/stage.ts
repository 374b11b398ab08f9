import { once } from 'node:events';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import type { CloseReport } from '../../src/transport/close-report.js';
import type { WireOptions } from '../../src/transport/transport.js';
import { answerBytes, type HandshakeParts, requestBytes } from '../support/byte-peer.js';
import { TLS_IDENTITY } from '../support/tls-identity.js';
import type { Role } from '../support/wire-scene.js';
import { RawEnd } from './raw-end.js';

const HOST = '127.0.0.1';

/** Both ends of one connection. */
export interface Pair {
  readonly peer: RawEnd;
  /** Our side's report; it never comes if the handshake was refused by our side. */
  readonly report: Promise<CloseReport>;
}

/**
 * Our side in one role, plain or over TLS, for connections at the same time: our listener with raw clients, or our
 * dialers with a raw server. Handlers send every frame back.
 */
export class Stage implements AsyncDisposable {
  readonly #supervisor: Supervisor = createSupervisor({
    liveness: false,
    dialLimiter: { inFlight: 1_000, perSecond: 1_000_000 },
  });
  readonly #role: Role;
  readonly #isSecure: boolean;
  /** What our listeners share over TLS. */
  #httpsServer: HttpsServer | undefined;
  #rawServer: Server | undefined;
  /** The ports of our listeners, by their options. */
  readonly #ports = new Map<string, Promise<{ port: number; prefix: string }>>();
  /** What waits for a connection, by the path it is told from others by. */
  readonly #reports = new Map<string, (report: Promise<CloseReport>) => void>();
  readonly #peers = new Map<string, (peer: RawEnd) => void>();
  readonly #sockets = new Set<Socket>();
  #count = 0;

  private constructor(role: Role, isSecure: boolean) {
    this.#role = role;
    this.#isSecure = isSecure;
  }

  static async open(role: Role, isSecure: boolean): Promise<Stage> {
    const stage = new Stage(role, isSecure);
    if (role === 'dialed') await stage.#openRawServer();
    else if (isSecure) await stage.#openHttpsServer();
    return stage;
  }

  /** Begins an opening handshake; a raw server has answered it then, a raw client has not read the answer yet. */
  connect(options: Partial<WireOptions> = {}, parts: HandshakeParts = {}): Promise<Pair> {
    return this.#role === 'accepted' ? this.#accept(options, parts) : this.#dial(options, parts);
  }

  async #accept(options: Partial<WireOptions>, parts: HandshakeParts): Promise<Pair> {
    const key = JSON.stringify(options);
    const listening = this.#ports.get(key) ?? this.#listen(options);
    this.#ports.set(key, listening);
    const { port, prefix } = await listening;
    const path = `${prefix}/${this.#count++}`;
    const report = new Promise<CloseReport>((resolve) => this.#reports.set(path, resolve));
    const target = { port, host: HOST, allowHalfOpen: true, rejectUnauthorized: false };
    const socket = this.#isSecure ? connectTls(target) : connect(target);
    const peer = this.#peerOn(socket, true);
    socket.write(requestBytes({ ...parts, path }));
    return { peer, report };
  }

  async #dial(options: Partial<WireOptions>, parts: HandshakeParts): Promise<Pair> {
    const address = this.#rawServer?.address() as AddressInfo | undefined;
    const path = `/${this.#count++}`;
    const report = new Promise<CloseReport>((resolve) => this.#reports.set(path, resolve));
    const client = new Promise<RawEnd>((resolve) => this.#peers.set(path, resolve));
    const { perMessageDeflate = false, ...limits } = options;
    const dialer = this.#supervisor.dial({
      url: `${this.#isSecure ? 'wss' : 'ws'}://${HOST}:${address?.port}${path}`,
      restart: 'temporary',
      retry: () => 'stop',
      tls: { rejectUnauthorized: false },
      limits,
      perMessageDeflate,
      handler: (connection) => this.#echo(connection, path),
    });
    // A dial that does not open has no handler.
    void dialer.ended.then(() => dialer.lastReport && this.#reports.get(path)?.(Promise.resolve(dialer.lastReport)));
    const peer = await client;
    peer.socket.write(answerBytes(await peer.head, parts));
    return { peer, report };
  }

  async #echo(connection: Connection<unknown>, path: string): Promise<void> {
    this.#reports.get(path)?.(connection.closed);
    this.#reports.delete(path);
    for await (const frame of connection) connection.send(frame);
  }

  async #listen(options: Partial<WireOptions>): Promise<{ port: number; prefix: string }> {
    const prefix = `/${this.#ports.size}`;
    const { perMessageDeflate = false, ...limits } = options;
    const listener = await this.#supervisor.listen({
      ...(this.#httpsServer === undefined ? { port: 0, host: HOST } : { server: this.#httpsServer }),
      path: `${prefix}/*`,
      limits,
      perMessageDeflate,
      handler: (connection) => this.#echo(connection, connection.request.url),
    });
    return { port: listener.address?.port ?? 0, prefix };
  }

  #peerOn(socket: Socket, isClient: boolean): RawEnd {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    return new RawEnd(socket, isClient);
  }

  async #openHttpsServer(): Promise<void> {
    this.#httpsServer = createHttpsServer(TLS_IDENTITY).listen(0, HOST);
    await once(this.#httpsServer, 'listening');
  }

  async #openRawServer(): Promise<void> {
    const take = (socket: Socket): void => {
      const peer = this.#peerOn(socket, false);
      void peer.head.then((head) => {
        const [, path = ''] = head.split(' ', 2);
        this.#peers.get(path)?.(peer);
        this.#peers.delete(path);
      });
    };
    this.#rawServer = this.#isSecure
      ? createTlsServer({ ...TLS_IDENTITY, allowHalfOpen: true }, take)
      : createServer({ allowHalfOpen: true }, take);
    this.#rawServer.listen(0, HOST);
    await once(this.#rawServer, 'listening');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.#supervisor.terminate();
    for (const server of [this.#httpsServer, this.#rawServer]) {
      if (server === undefined) continue;
      server.close();
      await once(server, 'close');
    }
  }
}
