/**
 * One whole data message (RFC 6455 section 5.6). Fragments are reassembled below, control frames never get here.
 *
 * Short `data` is a view of memory that it shares with others: Node's buffer pool (`Buffer.poolSize`, 8 KiB on Node 20
 * to 24), or over TLS the read it came in, of up to 64 KiB. Copy what you keep for long (`new Uint8Array(frame.data)`),
 * or a few kept bytes hold all of that.
 */
export interface Frame {
  readonly data: Buffer;
  /** Whether the message is binary (opcode 2). Text (opcode 1) has been checked to be UTF-8. */
  readonly isBinary: boolean;
  /**
   * Decodes `data` as UTF-8, each time it is called. In a binary message, bytes that are not UTF-8 become U+FFFD: check
   * `isBinary` where that matters.
   */
  text(): string;
  /**
   * Parses `text()` as JSON, each time it is called. The peer decides what it is: check it before you use it.
   *
   * @throws {SyntaxError} for what is not JSON. Where a handler does not catch it, the connection closes with 1011.
   */
  json(): unknown;
  /** The same as `text()`, as in `${frame}`. */
  toString(): string;
}

/** What frames are made as: an object of no class would read as `[object Object]`, and could be sent so. */
export class DataFrame implements Frame {
  readonly data: Buffer;
  readonly isBinary: boolean;

  constructor(data: Buffer, isBinary: boolean) {
    this.data = data;
    this.isBinary = isBinary;
  }

  text(): string {
    return this.data.toString();
  }

  json(): unknown {
    return JSON.parse(this.text());
  }

  toString(): string {
    return this.text();
  }
}

/**
 * A message framed once, to be sent to many connections; made by `prepare`.
 *
 * It is a frame as well, so it can be sent wherever a frame can.
 */
export interface PreparedFrame extends Frame {
  /** Header and payload as a server without compression sends them: unmasked, uncompressed. */
  readonly framed: Buffer;
  /** Length of `data` in bytes. */
  readonly payloadBytes: number;
}

/**
 * What can be sent. A string goes out as text, bytes as binary, and a frame as what it was: sending a received frame
 * back keeps text text. A frame made by hand needs `data` and `isBinary` only.
 */
export type Sendable = string | Uint8Array | Pick<Frame, 'data' | 'isBinary'> | PreparedFrame;
