import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Writable } from 'node:stream';

/** What a framework has answered to an opening handshake. */
export interface CapturedAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  /** `undefined` for a body that is no text in UTF-8, is encoded, or is longer than 64 KiB. */
  readonly body: string | undefined;
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * A response whose bytes nobody sends: the answer to an opening handshake is decided on by the framework, and sent by
 * the listener. It emits 'finish' and 'close' as one that is sent.
 */
export class CapturedResponse extends ServerResponse {
  readonly #onEnd: (answer: CapturedAnswer) => void;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #isEnded = false;

  /** @param onEnd called once, when the framework has answered or given up. */
  constructor(request: IncomingMessage, onEnd: (answer: CapturedAnswer) => void) {
    super(request);
    this.#onEnd = onEnd;
    // Without a socket nothing is ever finished.
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
    // What is written after the end comes too late to change the answer, and a failed body has made it a 500. Both are
    // errors as well, which without a listener would end the process.
    for (const emitter of [this, sink]) emitter.on('error', () => {});
    this.assignSocket(sink as unknown as Parameters<ServerResponse['assignSocket']>[0]);
  }

  /** Fields that are only given here are not among those that `getHeaders` returns. */
  override writeHead(
    statusCode: number,
    reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
    fields?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ): this {
    const given = typeof reason === 'object' ? reason : (fields ?? {});
    for (const [name, value] of Array.isArray(given) ? pairsOf(given) : Object.entries(given))
      if (value !== undefined) this.setHeader(name, value);
    return typeof reason === 'string' ? super.writeHead(statusCode, reason) : super.writeHead(statusCode);
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    this.#keep(chunk, rest[0]);
    return super.write(...([chunk, ...rest] as Parameters<ServerResponse['write']>));
  }

  override end(...given: unknown[]): this {
    if (typeof given[0] !== 'function') this.#keep(given[0], given[1]);
    super.end(...(given as Parameters<ServerResponse['end']>));
    this.#ended(this.statusCode);
    return this;
  }

  /** A stream that was to be the body has failed. */
  override destroy(error?: Error): this {
    super.destroy(error);
    this.#ended(500);
    return this;
  }

  #keep(chunk: unknown, encoding: unknown): void {
    if (chunk === undefined || chunk === null || this.#bytes > MAX_BODY_BYTES) return;
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
        : Buffer.from(chunk as Uint8Array);
    this.#bytes += bytes.length;
    this.#chunks.push(bytes);
  }

  #ended(status: number): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const body = this.#bytes > MAX_BODY_BYTES || this.hasHeader('content-encoding') ? undefined : textOf(this.#chunks);
    this.#chunks = [];
    this.#onEnd({ status, headers: this.getHeaders(), body });
  }
}

function pairsOf(list: readonly OutgoingHttpHeader[]): [string, OutgoingHttpHeader | undefined][] {
  return list.flatMap((name, index) => (index % 2 === 0 ? [[String(name), list[index + 1]]] : []));
}

function textOf(chunks: readonly Buffer[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    return undefined;
  }
}
