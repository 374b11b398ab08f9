import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AcceptedConnection, Grant, Handler, HandlerResult, Listener, Refusal } from '../../index.js';
import type { FollowedHandshake } from '../../supervisor/api/handshake-follower.js';
import { deferred } from '../../supervisor/time/deferred.js';
import { releaseUpgrade } from '../../transport/index.js';
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
  #isDecided = false;
  /** How many bytes had been written to the socket when a hook hijacked the reply; `undefined` if none has. */
  #hijackedAt: number | undefined;
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
      const refusal = refusalOf(answer);
      this.#verdict.resolve(refusal);
      if (this.#hijackedAt !== undefined) this.#answerHijacked(refusal);
      else if (!this.#isHandedIn) this.handIn(spare);
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
    this.#isDecided = true;
    this.#run = run;
    this.#verdict.resolve(decision);
  }

  /**
   * A hook has hijacked the reply: the socket is the hook's from now on, with all that the client has sent early. The
   * hook may also answer by the response.
   */
  hijacked(): void {
    const socket = this.#socket;
    if (this.#isDecided || !releaseUpgrade(socket, 'reply.hijack() was called')) return;
    this.#hijackedAt = writtenTo(socket);
    // A client that resets the connection before the hook listens must not end the process.
    socket.on('error', ignore);
    socket.once('close', () => this.#finish(this.response.statusCode));
    if (this.#head.length > 0) socket.unshift(this.#head);
  }

  /** Refuses the client, unless the hook has answered it by the socket. */
  #answerHijacked(refusal: Refusal): void {
    const socket = this.#socket;
    if (!socket.destroyed && writtenTo(socket) === this.#hijackedAt)
      this.#spare.handleUpgrade(this.#message, socket, Buffer.alloc(0), refusal);
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
      refused: ({ status }) => {
        if (this.#hijackedAt === undefined) this.#finish(status === 0 ? GONE : status);
      },
    };
  }

  #finish(status: number): void {
    if (this.response.writableEnded) return;
    if (!this.response.headersSent) this.response.statusCode = status;
    this.response.end();
  }
}

function ignore(): void {}

function writtenTo(socket: Duplex & { readonly bytesWritten?: number | undefined }): number {
  return socket.bytesWritten ?? socket.writableLength;
}
