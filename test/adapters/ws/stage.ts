/** A place where one implementation of ws plays a scenario, and what is seen of it is written down. */
import { type EventEmitter, once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import * as ours from 'wirekeeper/ws';
import * as theirs from 'ws';

/** What both implementations have, as far as scenarios use it. */
export type Implementation = Pick<typeof ours, 'WebSocket' | 'WebSocketServer' | 'createWebSocketStream'>;
export const OURS: Implementation = ours;
/** ws's own types differ in what they leave out. */
export const THEIRS = theirs as unknown as Implementation;

export type AnySocket = InstanceType<Implementation['WebSocket']>;
type AnyServer = InstanceType<Implementation['WebSocketServer']>;
type ServerOptions = NonNullable<ConstructorParameters<Implementation['WebSocketServer']>[0]>;

/** What was seen, of one side. */
export type Log = unknown[];

/** A value as a log has it: bytes as text with their kind, errors without what differs in every run. */
export function seen(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return `Buffer ${value.toString()}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer ${Buffer.from(value).toString()}`;
  if (value instanceof Blob) return `Blob of ${value.size}`;
  if (Array.isArray(value)) return value.map(seen);
  // Node calls the callbacks of a write with null, ws and we without anything.
  if (value === null || value === undefined) return 'nothing';
  if (value instanceof Error) {
    const { name, message, code } = value as NodeJS.ErrnoException;
    return [name, message.replaceAll(/:\d{4,5}\b/g, ':port'), ...(code === undefined ? [] : [code])];
  }
  return value;
}

export class Stage {
  readonly kit: Implementation;
  readonly server: Log = [];
  readonly client: Log = [];
  readonly #servers: AnyServer[] = [];
  readonly #sockets: AnySocket[] = [];
  port = 0;

  constructor(kit: Implementation) {
    this.kit = kit;
  }

  /** Opens a server on a free port, and writes down what its sockets emit. */
  async listen(options: ServerOptions = {}, connected: (socket: AnySocket, server: AnyServer) => void = () => {}) {
    const server = new this.kit.WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
    this.#servers.push(server);
    server.on('connection', (socket, request) => {
      this.server.push(['connection', request.url, socket.readyState, socket.protocol]);
      this.watch(socket, this.server);
      connected(socket, server);
    });
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/`;
  }

  /** Dials the server, and writes down what the socket emits. */
  dial(...rest: [protocols?: ConstructorParameters<Implementation['WebSocket']>[1], options?: object]): AnySocket {
    const socket = new this.kit.WebSocket(this.url, ...rest);
    this.watch(socket, this.client);
    return socket;
  }

  /** Writes down what a socket emits, with its state then. */
  watch(socket: AnySocket, log: Log): void {
    this.#sockets.push(socket);
    for (const event of ['open', 'message', 'ping', 'pong', 'error', 'close'] as const)
      socket.on(event, (...args: unknown[]) => log.push([event, ...args.map(seen), socket.readyState]));
  }

  /** Writes down what an act throws. */
  attempt(log: Log, act: () => unknown): void {
    try {
      log.push(seen(act()));
    } catch (error) {
      log.push(seen(error));
    }
  }

  /** A client that is written by hand, behind its opening handshake. */
  async raw(): Promise<Socket> {
    const socket = connectTcp(this.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(socket, 'data');
    return socket;
  }

  /** The status by which an opening handshake is answered. What is upgraded is dropped. */
  async statusOf(headers: Readonly<Record<string, string>>, method = 'GET'): Promise<number> {
    const asked = ask(`http://127.0.0.1:${this.port}`, { method, headers: { connection: 'upgrade', ...headers } });
    asked.end();
    const [response, socket] = (await Promise.race([once(asked, 'response'), once(asked, 'upgrade')])) as [
      IncomingMessage,
      Socket?,
    ];
    response.resume();
    socket?.destroy();
    return response.statusCode ?? 0;
  }

  /** Waits until every socket has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#sockets.map(closed));
  }

  /** Ends everything. */
  async clear(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.on('error', () => {});
      socket.terminate();
    }
    await Promise.all(this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  }
}

/** Waits for an event of a socket, or of a server. */
export const until = (emitter: object, event: string): Promise<unknown[]> => once(emitter as EventEmitter, event);

/** Waits for the end of a socket, whether it fails or not. */
export const closed = (socket: AnySocket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === socket.CLOSED) resolve();
    else socket.once('close', () => resolve());
  });

/** Waits for this many messages. */
export const messages = (socket: AnySocket, count: number): Promise<void> =>
  new Promise((resolve) => {
    let left = count;
    socket.on('message', () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });

/** Opens a pair of sockets. */
export async function pair(stage: Stage, serverOptions = {}, clientOptions = {}) {
  const server = await stage.listen(serverOptions);
  const connected = until(server, 'connection');
  const client = stage.dial(undefined, clientOptions);
  const opened = until(client, 'open');
  const [accepted] = (await connected) as [AnySocket];
  await opened;
  return { server, client, accepted };
}
