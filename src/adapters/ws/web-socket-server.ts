import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Connection, Listener } from '../../index.js';
import { answerNotNow, answerPlainRequest } from './answers.js';
import { checkUnclaimed, isClaimed } from './claim.js';
import { type Arrival, type Decision, decide } from './decision.js';
import { refusal, requestFault } from './handshake.js';
import { isForOthers, wanting } from './neighbours.js';
import { checkOptions, checkPlace, listenSettings, type ServerOptions, type ShownOptions } from './server-options.js';
import { sharedSupervisor } from './shared-supervisor.js';
import { typedEmitter } from './typed-emitter.js';
import { runAccepted, WebSocket } from './web-socket.js';

/** The events of a server, with the arguments of their listeners. */
export interface WebSocketServerEvents {
  listening: [];
  connection: [socket: WebSocket, request: IncomingMessage];
  headers: [lines: string[], request: IncomingMessage];
  wsClientError: [error: Error, socket: Duplex, request: IncomingMessage];
  error: [error: Error];
  close: [];
}

/** What becomes of an opening handshake that was let in. */
export type UpgradeCallback = (socket: WebSocket, request: IncomingMessage) => void;

/** The states of a server. */
const RUNNING = 0;
const CLOSING = 1;
const CLOSED = 2;

/**
 * A server with the members and events of ws's `WebSocketServer`, whose sockets are supervised. Its listener is a child
 * of the supervisor, made when the first client comes, and forgotten when the server is closed and its clients have
 * ended.
 */
export class WebSocketServer extends typedEmitter<WebSocketServerEvents>() implements AsyncDisposable {
  readonly options: ShownOptions;
  /** The path of the options, or ''. To change it changes nothing: `shouldHandle` looks at the options. */
  path: string;
  /** The sockets that have not ended; not there without `clientTracking`. */
  declare readonly clients: Set<WebSocket>;
  #server: HttpServer | HttpsServer | undefined;
  #detach = () => {};
  #state: typeof RUNNING | typeof CLOSING | typeof CLOSED = RUNNING;
  #listener: Listener | undefined;
  #isPortClosed = false;
  /** The client whose upgrade is being answered. */
  #arriving: Arrival | undefined;
  /** How many sockets have not ended. */
  #running = 0;
  /** The subprotocols chosen for requests. */
  readonly #protocols = new WeakMap<IncomingMessage, string | undefined>();

  /**
   * @param callback is called when its port is open.
   * @throws {TypeError} unless one of `port`, `server`, and `noServer` is given; {OptionError} for a wrong option.
   */
  constructor(options: ServerOptions = {}, callback?: () => void) {
    super();
    checkPlace(options);
    checkOptions(options);
    this.options = { ...options } as ShownOptions;
    this.path = options.path ?? '';
    if (options.clientTracking ?? true) Object.assign(this, { clients: new Set() });
    if (options.port !== undefined && options.port !== null) {
      this.#server = createServer(answerPlainRequest);
      this.#server.listen(options.port, options.host, options.backlog, callback);
    } else if (options.server) this.#server = options.server;
    if (this.#server !== undefined) this.#detach = this.#attach(this.#server);
  }

  /** @throws {Error} with `noServer`. */
  address(): AddressInfo | string | null {
    if (this.options.noServer) throw new Error('The server is operating in "noServer" mode');
    return this.#server?.address() ?? null;
  }

  /** Whether a request is for this server: whether its path is `path`. Overwrite it for other rules. */
  shouldHandle(request: IncomingMessage): boolean | Promise<boolean> {
    const [path] = (request.url ?? '').split('?', 1);
    return !this.options.path || path === this.options.path;
  }

  /**
   * Takes one upgrade.
   *
   * @param done called with the socket when the client was let in: within the call, unless `verifyClient` has a
   *   callback.
   * @throws {Error} if a server of this entry has let this socket in before.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: UpgradeCallback): void {
    checkUnclaimed(socket);
    this.#take(request, socket, head, done);
  }

  #take(request: IncomingMessage, socket: Duplex, head: Buffer, done: UpgradeCallback): void {
    socket.on('error', destroy);
    const fault = this.listenerCount('wsClientError') === 0 ? undefined : requestFault(request);
    if (fault !== undefined) {
      this.emit('wsClientError', new Error(fault), socket, request);
      return;
    }
    const arrival = { request, socket, done };
    const decision = this.#decide(arrival);
    const listener = this.#acceptor();
    if (listener === undefined) answerNotNow(socket);
    else this.#hand(listener, arrival, head, decision);
  }

  /**
   * Takes no more clients. Those that are there stay: `close` or `terminate` each of `clients`.
   *
   * @param callback is called when it is closed; with an error, if it was already.
   */
  close(callback?: (error?: Error) => void): void {
    if (this.#state === CLOSED) {
      if (callback !== undefined) this.once('close', () => callback(new Error('The server is not running')));
      process.nextTick(() => this.#emitClose());
      return;
    }
    if (callback !== undefined) this.once('close', callback);
    if (this.#state === CLOSING) return;
    this.#state = CLOSING;
    this.#detach();
    this.#listener?.suspend();
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined || this.options.server) process.nextTick(() => this.#portClosed());
    else server.close(() => this.#portClosed());
    this.#forgetListener();
  }

  /** Closes the server and its clients, with 1001, and resolves when all have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === CLOSED) return;
    const closed = new Promise<void>((resolve) => this.close(() => resolve()));
    await this.#listener?.stop();
    await closed;
  }

  #attach(server: HttpServer | HttpsServer): () => void {
    const connected: UpgradeCallback = (socket, request) => this.emit('connection', socket, request);
    const upgrade = wanting(
      (request, socket, head) => {
        if (isForOthers(server, upgrade, request)) return;
        // Another server on the same port has it: nobody could catch an error, so the listener reports it.
        if (isClaimed(socket)) this.#take(request, socket, head, connected);
        else this.handleUpgrade(request, socket, head, connected);
      },
      (request) => this.shouldHandle(request),
    );
    const listeners = {
      listening: () => this.emit('listening'),
      error: (error: Error) => this.emit('error', error),
      upgrade,
    };
    for (const [event, listener] of Object.entries(listeners)) server.on(event, listener);
    return () => {
      for (const [event, listener] of Object.entries(listeners)) server.removeListener(event, listener);
    };
  }

  #decide(arrival: Arrival): Decision | Promise<Decision> {
    const note = (decision: Decision): Decision => {
      if ('data' in decision) this.#protocols.set(arrival.request, decision.data.protocol);
      return decision;
    };
    if (this.#state !== RUNNING) return refusal({ code: 503 });
    try {
      const decision = decide(this, arrival);
      return decision instanceof Promise ? decision.then(note) : note(decision);
    } catch (error) {
      const failed = Promise.reject<Decision>(error);
      // It is answered as soon as there is a listener, which reports it.
      failed.catch(() => {});
      return failed;
    }
  }

  #hand(listener: Listener, { request, socket }: Arrival, head: Buffer, decision: Decision | Promise<Decision>): void {
    // Without a grant of its own an upgrade is answered in this very call.
    this.#arriving = 'data' in decision && decision.headers === undefined ? decision.data : undefined;
    listener.handleUpgrade(request, socket, head, this.#arriving === undefined ? decision : undefined);
    this.#arriving = undefined;
    socket.off('error', destroy);
  }

  /** The listener, a new one after its supervisor has stopped the last; `undefined` if the supervisor does not run. */
  #acceptor(): Listener | undefined {
    if (this.#listener !== undefined && this.#listener.state !== 'stopped') return this.#listener;
    const supervisor = this.options.supervisor ?? sharedSupervisor();
    if (supervisor.state !== 'running' && supervisor.state !== 'draining') return undefined;
    this.#listener = supervisor.accept({
      ...listenSettings(this.options),
      protocols: (_offered, { raw }) => raw && this.#protocols.get(raw),
      handler: (connection) => this.#run(connection),
    });
    return this.#listener;
  }

  async #run(connection: Connection<unknown>): Promise<void> {
    const { request, socket, done } = this.#arriving ?? (connection.data as Arrival);
    const Socket = (this.options as ServerOptions).WebSocket ?? WebSocket;
    const webSocket = new Socket(null, undefined, this.options);
    this.#running += 1;
    try {
      this.clients?.add(webSocket);
      webSocket.on('close', () => this.clients?.delete(webSocket));
      await runAccepted(webSocket, connection, socket, () => done(webSocket, request));
    } finally {
      this.#running -= 1;
      // A class that is no WebSocket has no end of its own.
      this.clients?.delete(webSocket);
      if (this.#isPortClosed) this.#emitCloseOnceEmpty();
      this.#forgetListener();
    }
  }

  /** There is no port any more, or there never was one of its own. */
  #portClosed(): void {
    this.#isPortClosed = true;
    this.#emitCloseOnceEmpty();
  }

  /** Without `clientTracking` nobody waits for the clients, as with ws. */
  #emitCloseOnceEmpty(): void {
    if (this.#state === CLOSING && (this.#running === 0 || this.clients === undefined)) this.#emitClose();
  }

  /** A server that is closed needs its listener only as long as it has clients. */
  #forgetListener(): void {
    if (this.#state !== RUNNING && this.#listener?.connectionCount === 0) void this.#listener.stop();
  }

  #emitClose(): void {
    this.#state = CLOSED;
    this.emit('close');
  }
}

function destroy(this: Duplex): void {
  this.destroy();
}
