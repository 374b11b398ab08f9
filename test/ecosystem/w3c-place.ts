import { type CloseReport, createSupervisor, type Handler, type Supervisor } from 'wirekeeper';
import { createWebSocketClass, type WebSocket, type WebSocketClassOptions } from 'wirekeeper/websocket';

/** A server that can restart on its port, and W3C classes for the library on the other side. */
export class W3cPlace implements AsyncDisposable {
  readonly client: Supervisor = createSupervisor({ name: 'client' });
  readonly #handler: Handler;
  readonly #protocols: readonly string[];
  #server: Supervisor = createSupervisor({ name: 'server' });
  #port = 0;

  private constructor(handler: Handler, protocols: readonly string[]) {
    this.#handler = handler;
    this.#protocols = protocols;
  }

  static async build(handler: Handler, protocols: readonly string[] = []): Promise<W3cPlace> {
    const place = new W3cPlace(handler, protocols);
    await place.#listen();
    return place;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/`;
  }

  get server(): Supervisor {
    return this.#server;
  }

  /** A class whose sockets are the client's. */
  classWith(options: WebSocketClassOptions = {}): typeof WebSocket {
    return createWebSocketClass({ supervisor: this.client, ...options });
  }

  /** Drops TCP of all connections of the server. */
  cut(): void {
    for (const connection of this.#server.connections.values()) connection.terminate();
  }

  /** Ends the server as a deploy does, and starts another one on its port. */
  async restart(): Promise<void> {
    await this.#server.drain({ notReadyFirstMs: 0, spreadMs: 0, adviseReconnectMs: 0, code: 1012, reason: 'deploy' });
    this.#server = createSupervisor({ name: 'server' });
    await this.#listen();
  }

  /** How the client's connections that opened have ended, oldest first. */
  get endings(): string[] {
    return endingsOf(this.client.endings);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.stop();
    await this.#server.stop();
  }

  async #listen(): Promise<void> {
    const { address } = await this.#server.listen({
      port: this.#port,
      host: '127.0.0.1',
      handler: this.#handler,
      ...(this.#protocols.length === 0 ? {} : { protocols: this.#protocols }),
    });
    this.#port = address?.port ?? 0;
  }
}

/** Trigger and code of each connection that was open. */
export function endingsOf(reports: readonly CloseReport[]): string[] {
  return reports.filter(({ phase }) => phase === 'open').map(({ trigger, code }) => `${trigger} ${code}`);
}
