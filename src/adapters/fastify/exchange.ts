import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AcceptedConnection, Grant, Handler, HandlerResult, Listener, Refusal } from '../../index.js';
import type { FollowedHandshake } from '../../supervisor/api/handshake-follower.js';
import { deferred } from '../../supervisor/time/deferred.js';
import { refusalOf } from '../framework/answers.js';
import { CapturedResponse } from '../framework/captured-response.js';

/** The status of an HTTP exchange whose client has gone. */
const GONE = 499;

/**
 * One opening handshake on its way through Fastify. Fastify routes it as a request, and runs its hooks; a listener has
 * the socket from the moment that the route is known, checks what it always checks, and answers as Fastify has decided.
 */
export class Exchange {
  readonly response: CapturedResponse;
  readonly #message: IncomingMessage;
  readonly #socket: Duplex;
  readonly #head: Buffer;
  readonly #spare: Listener;
  readonly #verdict = deferred<Grant<unknown> | Refusal>();
  #isHandedIn = false;
  #isFollowed = false;
  #proceed = (): void => {};
  #run: Handler<unknown, AcceptedConnection<unknown>> | undefined;

  /** @param spare the listener that answers where no route of a WebSocket was reached. */
  constructor(message: IncomingMessage, socket: Duplex, head: Buffer, spare: Listener) {
    this.#message = message;
    this.#socket = socket;
    this.#head = head;
    this.#spare = spare;
    socket.on('error', ignore);
    this.response = new CapturedResponse(message, (answer) => {
      this.#verdict.resolve(refusalOf(answer));
      if (!this.#isHandedIn) this.handIn(spare);
    });
  }

  /**
   * Gives the socket to a listener. It refuses the client at once, or asks for the decision by `authenticate`.
   *
   * @param proceed runs the hooks that are left.
   */
  handIn(listener = this.#spare, proceed: () => void = () => {}): void {
    this.#isHandedIn = true;
    this.#proceed = proceed;
    this.#socket.off('error', ignore);
    listener.handleUpgrade(this.#message, this.#socket, this.#head);
    // A listener that has stopped decides nothing.
    if (!this.#isFollowed) this.#finish(503);
  }

  /** The listener has let the client through its checks: now it is Fastify's turn. */
  authenticate(): Promise<Grant<unknown> | Refusal> {
    this.#proceed();
    return this.#verdict.promise;
  }

  /** The route has been reached: what it says about the client, and its handler. */
  decide(decision: Grant<unknown> | Refusal, run: Handler<unknown, AcceptedConnection<unknown>>): void {
    this.#run = run;
    this.#verdict.resolve(decision);
  }

  /** Runs the handler of the route. */
  run(connection: AcceptedConnection<unknown>): HandlerResult | Promise<HandlerResult> {
    if (this.#run === undefined) throw new Error('a client was let in before its route was reached');
    return this.#run(connection);
  }

  /** Follows the handshake, so that Fastify knows how the client was answered: its hooks `onResponse` run then. */
  follow(opened: (connection: AcceptedConnection<unknown>) => void): FollowedHandshake {
    this.#isFollowed = true;
    return {
      opened: (connection) => {
        opened(connection as AcceptedConnection<unknown>);
        void connection.closed.then(() => this.#finish(101));
      },
      refused: ({ status }) => this.#finish(status === 0 ? GONE : status),
    };
  }

  #finish(status: number): void {
    if (this.response.writableEnded) return;
    if (!this.response.headersSent) this.response.statusCode = status;
    this.response.end();
  }
}

function ignore(): void {}
