import type { Observable } from 'rxjs';
import type { AcceptedConnection, SendResult } from '../../index.js';
import type { MessageSettings } from './adapter-options.js';

/** What `@ConnectedSocket` gives: a connection with a method for the messages of gateways. */
export interface GatewayConnection<Data = unknown> extends AcceptedConnection<Data> {
  /** Sends `{ event, data }` as JSON. Nest's filters send the event `exception` by it. */
  emit(event: string, data?: unknown): SendResult;
}

/** A handler of a gateway, as Nest binds it to a client. */
export interface MessageHandler {
  readonly message: unknown;
  readonly callback: (data: unknown, event: string) => unknown;
}

/** Makes an Observable of what a handler has returned. */
export type Transform = (result: unknown) => Observable<unknown>;

interface Bound {
  readonly callback: MessageHandler['callback'];
  readonly transform: Transform;
}

/** A client of a gateway: its connection, the handlers that Nest has bound to it, and what they still send. */
export class GatewayClient {
  readonly connection: GatewayConnection;
  readonly #settings: MessageSettings;
  /** Of each gateway that shares the port and the path. */
  readonly #bound: ReadonlyMap<unknown, Bound>[] = [];
  readonly #replies = new Set<{ unsubscribe(): void }>();
  #pending = 0;
  #onRoom = (): void => {};

  constructor(connection: AcceptedConnection<unknown>, settings: MessageSettings) {
    this.#settings = settings;
    this.connection = Object.defineProperty(connection, 'emit', {
      value: (event: string, data: unknown) => connection.send(JSON.stringify({ event, data })),
    }) as GatewayConnection;
  }

  bind(handlers: readonly MessageHandler[], transform: Transform): void {
    this.#bound.push(new Map(handlers.map(({ message, callback }) => [message, { callback, transform }])));
  }

  /** Handles the client's messages, to the end of the connection. */
  async run(): Promise<void> {
    try {
      for await (const frame of this.connection) {
        const message = this.#settings.readMessage(frame);
        if (message === undefined) continue;
        for (const handlers of this.#bound) {
          const handler = handlers.get(message.event);
          if (handler !== undefined) this.#handle(handler, message.event, message.data);
        }
        if (this.#pending >= this.#settings.maxMessagesAtOnce) await this.#room();
      }
    } finally {
      for (const reply of this.#replies) reply.unsubscribe();
    }
  }

  /** What a filter of the user's does not handle ends this connection, as an error of its handler. */
  #handle({ callback, transform }: Bound, event: string, data: unknown): void {
    const fail = (error: unknown) => this.connection.fail(error);
    try {
      const result = callback(data, event);
      this.#count(result);
      const replies = transform(result).subscribe({ next: (reply) => this.#send(reply), error: fail });
      this.#replies.add(replies);
      replies.add(() => this.#replies.delete(replies));
    } catch (error) {
      fail(error);
    }
  }

  #count(result: unknown): void {
    this.#pending += 1;
    const settled = () => {
      this.#pending -= 1;
      this.#onRoom();
    };
    Promise.resolve(result).then(settled, settled);
  }

  async #room(): Promise<void> {
    const room = new Promise<void>((resolve) => {
      this.#onRoom = resolve;
    });
    await Promise.race([room, this.connection.closed]);
  }

  #send(reply: unknown): void {
    if (reply === undefined || reply === null) return;
    try {
      this.connection.send(JSON.stringify(reply));
    } catch (error) {
      this.connection.fail(error);
    }
  }
}
