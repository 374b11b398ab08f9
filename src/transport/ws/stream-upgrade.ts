import type { ServerHttp2Stream } from 'node:http2';
import { acceptableOffer, choiceFor, PERMESSAGE_DEFLATE } from '../protocol/deflate-negotiation.js';
import { type Extension, formatExtension, parseExtensions } from '../protocol/extension-field.js';
import type { HandshakeRequest, HttpAnswer, WireOptions } from '../transport.js';
import { answerStream, sendable } from './http2/stream-answer.js';
import type { DeflateParams } from './package/deflate-terms.js';
import type { Handshaken } from './package/handshaken.js';
import { type Acceptance, PendingUpgrade } from './pending-upgrade.js';

/** Node emits nothing else for a stream that its client cancels. */
const LEAVINGS = ['error', 'end', 'aborted'] as const;

/** One opening handshake within HTTP/2 (RFC 8441 section 5), awaiting its answer. */
export class StreamUpgrade extends PendingUpgrade {
  protected readonly leavings = LEAVINGS;
  readonly #stream: ServerHttp2Stream;

  constructor(request: HandshakeRequest, stream: ServerHttp2Stream, now: () => number) {
    super(request, stream, now);
    this.#stream = stream;
  }

  protected takenHow(): string | undefined {
    const stream = this.#stream;
    if (stream.headersSent) return 'a response is being written to it';
    return stream.listenerCount('data') > 0 || stream.listenerCount('readable') > 0 ? 'it is being read' : undefined;
  }

  /** The 200 has no `Sec-WebSocket-Accept`: who answers an extended CONNECT has understood it. */
  protected open({ options, protocol, headers }: Acceptance): Handshaken {
    const chosen = this.#chosen(options);
    this.#stream.respond({
      ...sendable(headers),
      ...(protocol === undefined ? {} : { 'sec-websocket-protocol': protocol }),
      ...(chosen === undefined ? {} : { 'sec-websocket-extensions': formatExtension(chosen) }),
      ':status': 200,
    });
    const deflate = chosen && paramsOf(chosen);
    return { socket: this.#stream, head: Buffer.alloc(0), protocol: protocol ?? '', deflate };
  }

  protected answer(httpAnswer: HttpAnswer): void {
    answerStream(this.#stream, httpAnswer);
  }

  /** @throws {Error} for extensions that break the grammar (RFC 6455 section 9.1). */
  #chosen({ perMessageDeflate }: WireOptions): Extension | undefined {
    const field = this.request.headers['sec-websocket-extensions'];
    if (field === undefined || perMessageDeflate === false) return undefined;
    const offers = parseExtensions(String(field));
    if (offers === undefined) throw new Error('the header field Sec-WebSocket-Extensions is malformed');
    const offer = acceptableOffer(offers);
    return offer && choiceFor(offer);
  }
}

/** The parameters of permessage-deflate by name, with numbers as numbers. */
function paramsOf({ name, params }: Extension): DeflateParams | undefined {
  if (name !== PERMESSAGE_DEFLATE) return undefined;
  return Object.fromEntries(params.map(([param, value]) => [param, value === true ? value : Number(value)]));
}
