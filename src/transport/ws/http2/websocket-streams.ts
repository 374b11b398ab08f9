import type {
  Http2SecureServer,
  Http2Server,
  Http2ServerRequest,
  Http2ServerResponse,
  IncomingHttpHeaders,
  ServerHttp2Stream,
} from 'node:http2';
import type { HandshakeRequest } from '../../transport.js';
import { answerStream } from './stream-answer.js';
import { asksForWebSocket, streamRequest } from './stream-request.js';

/** Listeners of ours know each other by this, also those of another copy of the package: what they want. */
const kWants = Symbol.for('wirekeeper.wants');

/** Marks a stream that a listener of ours takes. */
const kWanted = Symbol.for('wirekeeper.stream');

type Wants = (request: HandshakeRequest) => boolean;
type Ours = { readonly [kWants]?: Wants };
type Marked = ServerHttp2Stream & { [kWanted]?: true };

type OnStream = (stream: Marked, headers: IncomingHttpHeaders, flags: number, rawHeaders: string[]) => void;
type OnConnect = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** Takes a handshake; `isDropped`: another listener has closed its stream. */
export type TakeStream = (request: HandshakeRequest, stream: ServerHttp2Stream, isDropped: boolean) => void;

/**
 * Takes opening handshakes within HTTP/2 (RFC 8441) from an existing server, beside other listeners. Every other stream
 * is handled as if this were not there: as soon as there is a listener for `connect`, Node no longer answers a CONNECT
 * by itself.
 */
export class WebSocketStreams {
  readonly #server: Http2Server | Http2SecureServer;
  readonly #take: TakeStream;
  readonly #onStream: OnStream & Ours;
  readonly #onConnect: OnConnect & Ours;

  constructor(server: Http2Server | Http2SecureServer, wants: Wants, take: TakeStream) {
    this.#server = server;
    this.#take = take;
    this.#onStream = Object.assign<OnStream, Ours>(
      (stream, headers, _flags, rawHeaders) => this.#streamOpened(stream, headers, rawHeaders),
      { [kWants]: wants },
    );
    this.#onConnect = Object.assign<OnConnect, Ours>((request, response) => this.#connectAsked(request, response), {
      [kWants]: wants,
    });
  }

  open(): void {
    // First, to see how a stream stands before others have it.
    this.#server.prependListener('stream', this.#onStream);
    this.#server.prependListener('connect', this.#onConnect);
  }

  close(): void {
    this.#server.off('stream', this.#onStream);
    this.#server.off('connect', this.#onConnect);
  }

  /** Those of ours, the first that came first. */
  #ours(event: 'stream' | 'connect'): Ours[] {
    return (this.#server.listeners(event) as Ours[]).filter((listener) => listener[kWants] !== undefined).reverse();
  }

  #streamOpened(stream: Marked, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void {
    if (!asksForWebSocket(headers)) return;
    const request = streamRequest(stream, headers, rawHeaders);
    const ours = this.#ours('stream');
    const taker = ours.find((listener) => listener[kWants]?.(request));
    if (taker !== undefined) {
      stream[kWanted] = true;
      if (taker === this.#onStream) this.#afterOthers(request, stream);
    } else if (ours[0] === this.#onStream && this.#server.listenerCount('stream') === ours.length) {
      answerStream(stream, { status: 404 });
    }
  }

  /** Where the server has listeners for `request`, Node asks those for `connect`, and answers 405 without them. */
  #connectAsked({ stream, headers }: Http2ServerRequest, response: Http2ServerResponse): void {
    const ours = this.#ours('connect');
    if (ours[0] !== this.#onConnect || this.#server.listenerCount('connect') > ours.length) return;
    if ((stream as Marked)[kWanted] === true) return;
    response.statusCode = asksForWebSocket(headers) ? 404 : 405;
    response.end();
  }

  /** Takes a stream after all listeners had it, one of which may have taken it: its client does nothing meanwhile. */
  #afterOthers(request: HandshakeRequest, stream: ServerHttp2Stream): void {
    const hadLeft = stream.closed;
    const ignore = () => {};
    stream.on('error', ignore);
    process.nextTick(() => {
      const isDropped = stream.closed && !hadLeft;
      if (!isDropped) stream.off('error', ignore);
      this.#take(request, stream, isDropped);
    });
  }
}
