import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SentFields } from '../../src/transport/http-response.js';
import type {
  Acceptor,
  DialRequest,
  Diversion,
  Diverted,
  HandshakeRequest,
  HttpAnswer,
  ListenTarget,
  Transport,
  Upgrade,
  WireOptions,
} from '../../src/transport/transport.js';
import { FakeWire } from './fake-wire.js';

/** One opening handshake under test. */
export class FakeUpgrade implements Upgrade {
  readonly request: HandshakeRequest;
  readonly gone = new AbortController();
  answer: HttpAnswer | undefined;
  /** The status of each answer, to see that there is one. */
  readonly answers: number[] = [];
  wire: FakeWire | undefined;
  protocol: string | undefined;
  options: WireOptions | undefined;
  headers: SentFields | undefined;

  constructor(request: Partial<HandshakeRequest> = {}) {
    const { headers, ...rest } = request;
    this.request = {
      method: 'GET',
      url: '/',
      remoteAddress: '192.0.2.1',
      isSecure: false,
      headers: {
        host: 'example.com',
        upgrade: 'websocket',
        connection: 'Upgrade',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
      ...rest,
    };
  }

  get signal(): AbortSignal {
    return this.gone.signal;
  }

  accept(protocol: string | undefined, options: WireOptions, headers?: SentFields): FakeWire | undefined {
    this.protocol = protocol;
    this.headers = headers;
    this.options = options;
    if (this.gone.signal.aborted) return undefined;
    this.wire = new FakeWire();
    this.wire.protocol = protocol ?? '';
    return this.wire;
  }

  refuse(answer: HttpAnswer): void {
    this.answer = answer;
    this.answers.push(answer.status);
  }
}

/** A transport of which the test is the network. */
export class FakeTransport implements Transport {
  readonly name = 'fake';
  readonly dials: { readonly request: DialRequest; readonly wire: FakeWire }[] = [];
  target: ListenTarget | undefined;
  wants: (request: HandshakeRequest) => boolean = () => false;
  onUpgrade: (upgrade: Upgrade) => void = () => {};
  onError: (error: Error) => void = () => {};
  onDiverted: (request: Diverted, diversion: Diversion) => void = () => {};
  isAcceptorClosed = false;
  /** The port of the last listener is lost. */
  losePort: () => void = () => {};
  listenError: Error | undefined;
  readonly byHand: unknown[] = [];

  dial(request: DialRequest): FakeWire {
    const wire = new FakeWire('dialed');
    this.dials.push({ request, wire });
    return wire;
  }

  listen(
    target: ListenTarget,
    wants: (request: HandshakeRequest) => boolean,
    onUpgrade: (upgrade: Upgrade) => void,
    onError: (error: Error) => void,
    onDiverted: (request: Diverted, diversion: Diversion) => void = () => {},
  ): Promise<Acceptor> {
    if (this.listenError !== undefined) return Promise.reject(this.listenError);
    Object.assign(this, { target, wants, onUpgrade, onError, onDiverted, isAcceptorClosed: false });
    let settleClosed = (): void => {};
    const closed = new Promise<void>((resolve) => {
      settleClosed = resolve;
    });
    this.losePort = settleClosed;
    return Promise.resolve({
      address: { address: '127.0.0.1', family: 'IPv4', port: 4711 },
      handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        this.byHand.push([request, socket, head]),
      closed,
      close: () => {
        settleClosed();
        this.isAcceptorClosed = true;
        return Promise.resolve();
      },
    });
  }

  /** An upgrade arrives; returns it with the decision that was made at once. */
  upgrade(request: Partial<HandshakeRequest> = {}): FakeUpgrade {
    const upgrade = new FakeUpgrade(request);
    this.onUpgrade(upgrade);
    return upgrade;
  }

  /** The wire of the last dial. */
  get lastWire(): FakeWire {
    const last = this.dials.at(-1);
    if (last === undefined) throw new Error('nothing was dialed');
    return last.wire;
  }
}
