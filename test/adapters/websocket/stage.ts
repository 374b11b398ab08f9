import { createWebSocketClass, type WebSocketClassOptions } from '../../../src/adapters/websocket/index.js';
import { createSupervisor } from '../../../src/index.js';
import type { Supervisor } from '../../../src/supervisor/api/supervisor.js';
import type { ScriptedPeer } from '../../../src/testing/scripted-peer.js';
import { ScriptedServer, type ScriptedServerOptions } from '../../../src/testing/scripted-server.js';
import { createWsTransport } from '../../../src/transport/index.js';

/** What all implementations of the interface have. */
export interface AnySocket extends EventTarget {
  readonly url: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly extensions: string;
  readonly protocol: string;
  binaryType: 'blob' | 'arraybuffer';
  onopen: unknown;
  onmessage: unknown;
  onerror: unknown;
  onclose: unknown;
  send(data: unknown): void;
  close(code?: unknown, reason?: unknown): void;
}

/** A class with the interface, as its tests call it: with arguments of any kind. */
export interface AnySocketClass {
  new (url?: unknown, protocols?: unknown): AnySocket;
  readonly prototype: AnySocket;
}

/** What a socket has fired, one text an event, and the events themselves. */
export class Log {
  readonly lines: string[] = [];
  readonly events: Event[] = [];
  #wake: (() => void)[] = [];

  constructor(socket: EventTarget) {
    for (const type of ['open', 'message', 'error', 'close', 'redial'])
      socket.addEventListener(type, (event) => {
        this.events.push(event);
        this.lines.push(lineOf(event));
        for (const wake of this.#wake.splice(0)) wake();
      });
  }

  /** Resolves with the first event of a type. */
  async first<E extends Event>(type: string): Promise<E> {
    const find = () => this.events.find((event) => event.type === type);
    while (find() === undefined) await new Promise<void>((resolve) => this.#wake.push(resolve));
    return find() as E;
  }

  /** Resolves when that many events have been fired. */
  async count(count: number): Promise<readonly string[]> {
    while (this.lines.length < count) await new Promise<void>((resolve) => this.#wake.push(resolve));
    return this.lines;
  }

  /** Resolves with all lines when the socket has closed. */
  async closed(): Promise<readonly string[]> {
    await this.first('close');
    return this.lines;
  }
}

function lineOf(event: Event): string {
  const { type, data, code, reason, wasClean } = event as Event & Readonly<Record<string, unknown>>;
  if (type === 'message') return `message ${typeof data === 'string' ? data : Object.prototype.toString.call(data)}`;
  return type === 'close'
    ? `close ${Number(code)} "${String(reason)}" ${wasClean === true ? 'clean' : 'unclean'}`
    : type;
}

/** A scripted server on a real port, and classes whose sockets end with the stage. */
export class Stage implements AsyncDisposable {
  readonly server: ScriptedServer;
  readonly supervisor: Supervisor;

  private constructor(server: ScriptedServer, supervisor: Supervisor) {
    this.server = server;
    this.supervisor = supervisor;
  }

  static async build(options: ScriptedServerOptions = {}): Promise<Stage> {
    const server = await ScriptedServer.listen(createWsTransport(), options);
    return new Stage(server, createSupervisor({ liveness: false, warnWhenFailed: false }));
  }

  get url(): string {
    return this.server.url;
  }

  /** A class whose sockets are those of this stage. */
  classWith(options: WebSocketClassOptions = {}): ReturnType<typeof createWebSocketClass> {
    return createWebSocketClass({ supervisor: this.supervisor, ...options });
  }

  /** A socket that is open, with its log and its peer. */
  async open(options: WebSocketClassOptions = {}, protocols: readonly string[] = []) {
    const socket = new (this.classWith(options))(this.url, protocols);
    const log = new Log(socket);
    const peer: ScriptedPeer = await this.server.accepted();
    await log.first('open');
    return { socket, log, peer };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.supervisor.stop();
    await this.server[Symbol.asyncDispose]();
  }
}
