/**
 * One whole data message (RFC 6455 section 5.6). A frame of the protocol may be a fragment of a message: fragments are
 * joined, and control frames are handled, before users see them.
 *
 * Short `data` is a view of memory that is shared with other frames: Node's buffer pool (`Buffer.poolSize`, 8 KiB on
 * Node 20 and 22, 64 KiB on Node 24.22 and 26) or a copy of frames that came together, of at most eight times its size,
 * or 16 KiB over TLS. It may be 64 KiB where a peer sends more than is read at once, and where sockets are read as
 * streams. Copy what you keep for long (`new Uint8Array(frame.data)`); otherwise a few bytes keep all of that memory.
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
   * Parses `text()` as JSON, each time it is called. The peer decides what is in it: check it before you use it.
   *
   * @throws {SyntaxError} for anything but JSON. If the handler does not catch it, the connection closes with 1011.
   */
  json(): unknown;
  /** The same as `text()`, as in `${frame}`. */
  toString(): string;
}

/** The class of received frames: it has a `toString`, so that `${frame}` is its text and not `[object Object]`. */
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
 * A message that is framed once and sent to many connections. Made by `prepare`. It is a frame as well, so it can be
 * sent wherever a frame can.
 */
export interface PreparedFrame extends Frame {
  /** Header and payload as a server sends them without compression: unmasked and uncompressed. */
  readonly framed: Buffer;
  /** Length of `data` in bytes. */
  readonly payloadBytes: number;
}

/**
 * What can be sent. A string is sent as text, bytes are sent as binary, and a frame is sent as what it was: a text
 * stays a text. A frame made by hand needs `data` and `isBinary` only.
 */
export type Sendable = string | Uint8Array | Pick<Frame, 'data' | 'isBinary'> | PreparedFrame;

/** A Ping or a Pong of the peer (RFC 6455 sections 5.5.2 and 5.5.3). */
export interface ControlFrame {
  readonly type: 'ping' | 'pong';
  /** At most 125 bytes: a copy, which may be kept. */
  readonly payload: Buffer;
}
