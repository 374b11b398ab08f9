import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Stream } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Observable } from 'rxjs';
import type { DialRequest } from './dial-request.js';
import type { ControlFrame, Frame, PreparedFrame } from './frame.js';
import type { HandshakeResponse, SentFields } from './http-response.js';
import type { Allowance, Fate, Reading, WireEnd, WireFact, WireOpened } from './wire-fact.js';

/**
 * One live socket as streams. Streams complete and never error. Nothing is emitted while a method of the wire runs,
 * except for frames, and facts about reading them, during `resume`.
 *
 * `facts$` and `frames$` are hot. Subscribe in the tick in which the wire was handed out: nothing is parsed before the
 * next one, so nothing is lost.
 */
export interface Wire {
  readonly role: 'accepted' | 'dialed';
  /** The URL that was dialed, after redirects the last one; `undefined` on accepted wires. */
  readonly url?: string | undefined;
  /** The negotiated subprotocol; empty if none, or not open yet. */
  readonly protocol: string;
  /** The names of the negotiated extensions, joined by `, `; empty if none, or not open yet. */
  readonly extensions: string;
  readonly remoteAddress: string | undefined;
  /** What the server answered the opening handshake of a dialed wire with; `undefined` before that, and if accepted. */
  readonly response?: HandshakeResponse | undefined;
  /** What happens to the wire, in order; completes after `wire.closed`. */
  readonly facts$: Observable<WireFact>;
  /** `facts$` narrowed to the opening. */
  readonly opened$: Observable<WireOpened>;
  /** `facts$` narrowed to the ending. */
  readonly closed$: Observable<WireEnd>;
  /** Data messages, in order; completes with the wire. */
  readonly frames$: Observable<Frame>;
  /** Emits when everything that was waiting has been handed to the kernel. */
  readonly drained$: Observable<void>;
  /** The peer's Pings, which the wire has answered, and Pongs; completes with the wire. */
  readonly controlFrames$: Observable<ControlFrame>;

  /** Bytes taken and not yet handed to the kernel. */
  readonly bufferedBytes: number;
  /** Payload bytes of the messages among these, before compression. */
  readonly bufferedPayloadBytes: number;
  /** About how much memory these need: more than their bytes, since each message has a cost of its own. */
  readonly heldBytes: number;
  /** Data messages and their payload bytes, received and taken for sending. */
  readonly framesIn: number;
  readonly bytesIn: number;
  readonly framesOut: number;
  readonly bytesOut: number;
  /** When bytes last came from the peer, on the transport's monotonic clock, in whole ms, rounded down; 0 if never. */
  readonly heardAt: number;
  readonly isPaused: boolean;
  /** Whether part of a frame has come: no Pong can come before the rest of it. */
  readonly isReceiving: boolean;
  /** What is measured of the reading; `undefined` as long as nothing has come. */
  readonly reading: Reading | undefined;
  /** The round-trip time in ms of the latest Ping that was answered; `undefined` before. */
  readonly latencyMs: number | undefined;
  /** Whether a Ping was sent that no Pong has answered. */
  readonly awaitsPong: boolean;
  /**
   * Payload bytes sent before the first unanswered Ping that the peer is not known to have read; 0 if every Ping was
   * answered.
   */
  readonly unprovenBytes: number;

  /** Takes one data message; `false` once a Close was sent or the wire is not open. Strings are sent as text. */
  send(data: string | Uint8Array, isBinary: boolean): boolean;
  /** Takes a prepared message. Accepted wires send it as it is; dialed wires mask a copy. */
  sendPrepared(prepared: PreparedFrame): boolean;
  /** Calls `done` with the fate of the message taken last, once everything taken so far has one. */
  confirm(done: (fate: Fate) => void): void;
  /**
   * Sends a Ping (RFC 6455 section 5.5.2). Pings of the peer are answered by the wire itself.
   *
   * @param done is called with the round-trip time in ms when the Ping is answered, or with `undefined` when it cannot
   *   be sent, or the wire ends first.
   * @param payload at most 125 bytes, which are not copied. Default: one of the wire's own.
   */
  ping(done?: (roundTripMs: number | undefined) => void, payload?: Buffer): void;
  /** Sends a Pong that answers no Ping (RFC 6455 section 5.5.3), with at most 125 bytes. */
  pong(payload: Buffer): void;
  /** Gives the kernel what was taken, as much as it takes at once. */
  flush(): void;
  /** Drops what was taken and not yet given to the socket, so that a Close is sent soon; returns what was dropped. */
  discard(): { frames: number; bytes: number };
  /**
   * Sends what was taken, then a Close frame; no data is taken any more. Code 1005 sends an empty Close. Inbound
   * frames are still delivered until the peer's Close. TCP ends once both Close frames crossed: an accepted wire
   * ends it at once, a dialed one waits for the server (RFC 6455 section 7.1.1). Before the opening it calls the
   * handshake off.
   */
  close(code: number, reason: string): void;
  /** Ends TCP after what was taken has been sent; inbound bytes are discarded. */
  end(): void;
  /** Drops TCP now. Before the opening it calls the handshake off. */
  terminate(): void;
  /** Stops delivering frames, even in the middle of a read. A paused wire answers no Ping and sees no Close. */
  pause(): void;
  resume(): void;
}

export type { DialRequest, DialRoute, DialTcpOptions, DialTlsOptions } from './dial-request.js';

/** The request of an opening handshake (RFC 6455 section 4.1), as far as users see it. */
export interface HandshakeRequest {
  readonly method: string;
  /** The request target, as sent: path and query, or an absolute URL (RFC 9112 section 3.2). */
  readonly url: string;
  /** The version of HTTP. Default `1.1`. */
  readonly httpVersion?: string | undefined;
  /**
   * The protocol that an extended CONNECT asks for, which has neither `Upgrade` nor `Sec-WebSocket-Key` (RFC 8441
   * section 5); `undefined` in HTTP/1.1.
   */
  readonly connectProtocol?: string | undefined;
  /** Header fields by lower-case name. Within HTTP/2 `host` is the `:authority`. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly remoteAddress: string | undefined;
  /** Whether it came over TLS. */
  readonly isSecure: boolean;
  /**
   * Node's own request with its socket, until the handshake is answered; `undefined` then, within HTTP/2, and without
   * HTTP.
   */
  readonly raw?: IncomingMessage | undefined;
  /** Node's own stream of HTTP/2, until the handshake is answered; `undefined` then, and in HTTP/1.1. */
  readonly stream?: ServerHttp2Stream | undefined;
}

/** The HTTP answer of a refused opening handshake. */
export interface HttpAnswer {
  readonly status: number;
  /** Header fields; a list is sent as a field for each value. */
  readonly headers?: SentFields;
  /** Plain text; the status's name unless given. */
  readonly body?: string;
}

/** The limits and the compression of one wire. */
export interface WireOptions {
  readonly maxPayloadBytes: number;
  readonly maxFragments: number;
  readonly perMessageDeflate: boolean | PerMessageDeflateOptions;
  /** How much is read before the wire emits `wire.allowance-spent`, and reads on. Default: no bound. */
  readonly allowance?: Allowance;
}

/** Settings of the permessage-deflate extension (RFC 7692). */
export interface PerMessageDeflateOptions {
  /** Messages smaller than this many bytes go out uncompressed. Default 1024. */
  readonly threshold?: number;
  /** zlib's compression level, 0 to 9. Default zlib's own. */
  readonly level?: number;
}

/**
 * What happened to an opening handshake that was not answered as decided: the transport refused it with another
 * `status`, or somebody else has `taken` its socket, such as another upgrade listener of the same server.
 */
export type Diversion =
  | { readonly kind: 'refused'; readonly status: number; readonly error?: Error }
  | {
      readonly kind: 'taken';
      /** What was done with the socket. */
      readonly how: string;
      /** It was let go on purpose. */
      readonly isReleased?: boolean;
    };

/** An opening handshake that awaits its answer. Exactly one of `accept` and `refuse` is called, once. */
export interface Upgrade {
  readonly request: HandshakeRequest;
  /** Aborts when the client goes away before the answer. */
  readonly signal: AbortSignal;
  /** Set after `accept` or `refuse` if the handshake was not answered that way. */
  readonly diversion?: Diversion | undefined;
  /** Answers 101 and hands out the open wire; `undefined` if the client has gone away, or for a `diversion`. */
  accept(protocol: string | undefined, options: WireOptions, headers?: SentFields): Wire | undefined;
  /** Answers with an HTTP status and ends the socket once that was sent. */
  refuse(answer: HttpAnswer): void;
}

/**
 * What is known of a request that ended before it could be decided; of a malformed one not even its target.
 */
export type Diverted = Partial<Pick<HandshakeRequest, 'url' | 'remoteAddress'>>;

/** A server of Node.js that has upgrades of HTTP/1.1, WebSockets within HTTP/2 (RFC 8441), or both. */
export type UpgradeServer = HttpServer | HttpsServer | Http2Server | Http2SecureServer;

/** A port that a transport opens. */
export interface PortTarget {
  readonly kind: 'port';
  readonly port: number;
  readonly host: string | undefined;
  /** How many connections the system holds until they are accepted. */
  readonly backlog: number;
}

/** Where a transport takes its upgrades from. */
export type ListenTarget =
  | PortTarget
  | { readonly kind: 'server'; readonly server: UpgradeServer }
  | { readonly kind: 'by-hand' };

/** A place that takes upgrades. */
export interface Acceptor {
  /** Where it listens; `undefined` when upgrades are handed in by hand or the server is not listening yet. */
  readonly address: AddressInfo | undefined;
  /**
   * Resolves when it takes no more upgrades: after `close`, and when a port of its own was lost. Closing an existing
   * server does not resolve it, since the server's owner may have it listen again. Never rejects.
   */
  readonly closed: Promise<void>;
  /** Takes one upgrade by hand. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Takes no more upgrades, and frees a port of its own. Never waits for wires. */
  close(): Promise<void>;
}

/** Makes wires. The ws transport and the in-memory transport pass the same contract tests. */
export interface Transport {
  readonly name: string;
  /**
   * Begins an opening handshake; the wire is handed out before it is open, and reports its failure as its end.
   *
   * @throws {SyntaxError} for a URL or a subprotocol that cannot be used in a handshake.
   */
  dial(request: DialRequest): Wire;
  /**
   * Takes upgrades. `onUpgrade` decides each. `wants` returns whether a request is meant for this listener: the others
   * are left to other listeners of the same server. `onError` is called with failures that cost single clients, such as
   * too many open files, and `onDiverted` with requests that never came to `onUpgrade`. For a target `by-hand` the
   * acceptor itself is returned, not a promise of it: `supervisor.accept` takes upgrades from then on.
   *
   * @throws the system's error when the port cannot be opened.
   */
  listen(
    target: ListenTarget,
    wants: (request: HandshakeRequest) => boolean,
    onUpgrade: (upgrade: Upgrade) => void,
    onError: (error: Error) => void,
    onDiverted?: (request: Diverted, diversion: Diversion) => void,
  ): Acceptor | Promise<Acceptor>;
}
