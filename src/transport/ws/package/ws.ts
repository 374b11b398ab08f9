/**
 * The one place that knows the `ws` package, which `ws-package.ts` imports. It supplies both opening handshakes, what
 * is negotiated for permessage-deflate, and the receiver for everything that is not a plain whole frame. The life
 * of the socket after the handshake is ours.
 *
 * It leans on what ws does not document: that `WebSocket.prototype.setSocket(socket, head)` is how a finished handshake
 * takes over its socket, that `_extensions` holds the negotiated extensions and their `params`, and the exported
 * `Receiver`, which calls `decompress` of the extension it is given. A contract test pins each against the installed
 * version.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { PERMESSAGE_DEFLATE } from '../../protocol/deflate-negotiation.js';
import type { PerMessageDeflateOptions, WireOptions } from '../../transport.js';
import type { WireFault } from '../../wire-fact.js';
import type { Decompressor } from './decompressor.js';
import type { DeflateParams } from './deflate-terms.js';
import { faultInAnswer, faultInUpgrade, faultOfDial } from './dial-fault.js';
import type { FrameReceiver } from './frame-receiver.js';
import type { Handshaken } from './handshaken.js';
import type { Upgrader } from './upgrader.js';
import { requestForWs, tidyExtensions } from './wants-of-ws.js';
import { type DeflateSettings, wsPackage } from './ws-package.js';

/** The members of a WebSocket that ws keeps to itself. */
interface HandoverInternals {
  readonly _extensions: Readonly<Record<string, { readonly params: DeflateParams } | undefined>>;
}

type Ws = ReturnType<typeof wsPackage>;

/** A WebSocket that lives as long as its opening handshake: it passes the socket on instead of taking it over. */
type Handover = InstanceType<Ws['WebSocket']> & { handshaken: Handshaken | undefined };

/** What is used of ws. */
interface Loaded extends Pick<Ws, 'Receiver' | 'WebSocketServer'> {
  readonly Handover: Ws['WebSocket'] & (new (...args: ConstructorParameters<Ws['WebSocket']>) => Handover);
}

let loaded: Loaded | undefined;

/**
 * Loads ws, with the modules of Node that it needs, which takes a third of the time and the memory of all the rest. Not
 * every process that loads this package makes a connection, so it waits for the first listener or dial.
 */
export function loadWs(): Loaded {
  if (loaded === undefined) {
    const { Receiver, WebSocket, WebSocketServer } = wsPackage();
    loaded = { Receiver, WebSocketServer, Handover: handoverOf(WebSocket) };
  }
  return loaded;
}

function handoverOf(WebSocket: Ws['WebSocket']): Loaded['Handover'] {
  return class extends WebSocket implements Handover {
    handshaken: Handshaken | undefined;

    /** What ws calls, in place of its own, when a handshake has succeeded on either side. */
    setSocket(socket: Duplex, head: Buffer): void {
      const { _extensions } = this as unknown as HandoverInternals;
      this.handshaken = { socket, head, protocol: this.protocol, deflate: _extensions[PERMESSAGE_DEFLATE]?.params };
      this.emit('handshaken', this.handshaken);
    }
  };
}

function deflateSettings(options: boolean | PerMessageDeflateOptions, isServer: boolean): false | DeflateSettings {
  if (options === false) return false;
  // With context takeover a frame compressed once for many peers would corrupt their later messages.
  return isServer ? { serverNoContextTakeover: true } : {};
}

/** Makes what answers the opening handshakes of connections with these options. */
export function createUpgrader(options: WireOptions): Upgrader {
  let chosen: string | undefined;
  let added: readonly string[] = [];
  const { Handover, WebSocketServer } = loadWs();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    autoPong: false,
    perMessageDeflate: deflateSettings(options.perMessageDeflate, true),
    maxPayload: options.maxPayloadBytes,
    handleProtocols: () => chosen ?? false,
    WebSocket: Handover,
  });
  server.on('headers', (lines) => lines.push(...added));
  let faults: readonly Error[] = [];
  // With a listener ws leaves it to that to answer what it does not take.
  server.on('wsClientError', (error) => {
    faults = [error];
  });
  return {
    upgrade(request, socket, head, { protocol, lines }) {
      let handshaken: Handshaken | undefined;
      const wanted = requestForWs(request, options.perMessageDeflate !== false);
      chosen = protocol;
      added = lines;
      faults = [];
      // Without `verifyClient` ws answers in this very call.
      server.handleUpgrade(wanted, socket, head, (webSocket) => {
        handshaken = webSocket.handshaken;
      });
      for (const fault of faults) throw fault;
      return handshaken;
    },
  };
}

/** What comes of a client's opening handshake; exactly one of the first three is called, later. */
export interface OpenOutcome {
  opened(handshaken: Handshaken): void;
  /** The response is there to be read until the handshake is called off. */
  refused(response: IncomingMessage): void;
  failed(error: Error): void;
  /** An agent reports what a proxy has answered to its CONNECT, before any of these. */
  proxyAnswered(status: number): void;
}

/** Settings of a client's opening handshake. */
export interface OpenRequest {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Settings of the socket, its TLS, and its agent, as in `node:http`. */
  readonly socket: object;
  readonly options: WireOptions;
}

/**
 * Begins a client's opening handshake, without a deadline: ws's own is an idle timer.
 *
 * @returns what calls it off.
 * @throws {SyntaxError} for a URL or subprotocol ws cannot use.
 */
export function openClient(
  { url, protocols, headers, socket, options }: OpenRequest,
  outcome: OpenOutcome,
): () => void {
  let isSettled = false;
  const settle = (report: () => void) => {
    if (isSettled) return;
    isSettled = true;
    report();
  };
  const { Handover } = loadWs();
  const client = new Handover(url, [...protocols], {
    ...socket,
    headers: { ...headers },
    autoPong: false,
    followRedirects: false,
    perMessageDeflate: deflateSettings(options.perMessageDeflate, false),
    maxPayload: options.maxPayloadBytes,
    finishRequest(request) {
      // `https-proxy-agent` passes on a refusal of its proxy as if it were the server's, and says so by this event.
      request.on('proxyConnect', ({ statusCode = 0 }: IncomingMessage) => outcome.proxyAnswered(statusCode));
      request.end();
    },
  });
  let fields: IncomingHttpHeaders | undefined;
  client.on('handshaken', (handshaken: Handshaken) => settle(() => outcome.opened({ ...handshaken, headers: fields })));
  client.on('upgrade', (response) => {
    fields = response.headers;
    const fault = faultInUpgrade(response, options.perMessageDeflate !== false);
    if (fault === undefined) {
      tidyExtensions(response.headers);
      return;
    }
    settle(() => outcome.failed(fault));
    client.terminate();
  });
  client.on('unexpected-response', (_request, response) => {
    const fault = faultInAnswer(response);
    settle(() => (fault === undefined ? outcome.refused(response) : outcome.failed(fault)));
    if (fault !== undefined) client.terminate();
  });
  client.on('error', (error: unknown) => settle(() => outcome.failed(faultOfDial(error))));
  return () => client.terminate();
}

/** Makes a receiver for one connection. Its errors carry the close code that answers them: `closeCodeOf`. */
export function createReceiver(
  isServer: boolean,
  options: WireOptions,
  inflater: Decompressor | undefined,
): FrameReceiver {
  const { Receiver } = loadWs();
  return new Receiver({
    isServer,
    maxPayload: options.maxPayloadBytes,
    maxFragments: options.maxFragments,
    // Our reader hands it one whole frame at a time.
    maxBufferedChunks: 0,
    extensions: inflater === undefined ? {} : { [PERMESSAGE_DEFLATE]: inflater },
  });
}

/** The close code that answers a receiver's error (RFC 6455 section 7.4.1), from the error's stable `WS_ERR_` code. */
export function closeCodeOf(error: Error): 1002 | 1007 | 1008 | 1009 {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'WS_ERR_INVALID_UTF8':
      return 1007;
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return 1008;
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return 1009;
    default:
      return (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true ? 1007 : 1002;
  }
}

/** What a fault that is answered with a close code is called. */
export function faultOf(code: 1002 | 1007 | 1008 | 1009): WireFault {
  if (code === 1009) return 'too-big';
  return code === 1008 ? 'limit' : 'protocol-error';
}
