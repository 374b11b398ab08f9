import type { HandshakeResponse } from '../../../src/transport/http-response.js';
import type {
  Acceptor,
  DialRequest,
  HandshakeRequest,
  HttpAnswer,
  Transport,
  Upgrade,
  WireOptions,
} from '../../../src/transport/transport.js';
import type { WireEnd } from '../../../src/transport/wire-fact.js';
import { WsWire } from '../../../src/transport/ws/wire.js';
import { ByteLink } from './byte-link.js';

const NOTHING = { frames: 0, bytes: 0 };

/** The real wire of a dial, beside an opening handshake whose outcome the test decides. */
export class ByteDial extends WsWire {
  readonly key: string;
  response: HandshakeResponse | undefined;
  #isOpening = true;

  constructor(key: string, options: WireOptions, now: () => number) {
    super({ options, now });
    this.key = key;
  }

  override get role(): 'dialed' {
    return 'dialed';
  }

  get isOpening(): boolean {
    return this.#isOpening;
  }

  override close(code: number, reason: string): void {
    if (this.#isOpening) this.#callOff();
    else super.close(code, reason);
  }

  override terminate(): void {
    if (this.#isOpening) this.#callOff();
    else super.terminate();
  }

  opens(link: ByteLink): void {
    this.#isOpening = false;
    this.response = { headers: { 'x-key': this.key } };
    this.attach({ socket: link.near, head: Buffer.alloc(0), protocol: '', deflate: undefined }, '192.0.2.1');
    this.emitFact({ type: 'wire.opened', protocol: '', remoteAddress: '192.0.2.1' });
  }

  fails(end: Omit<WireEnd, 'unconfirmed'>): void {
    this.#isOpening = false;
    this.gone({ ...end, unconfirmed: NOTHING });
  }

  #callOff(): void {
    this.#isOpening = false;
    process.nextTick(() => this.gone({ kind: 'dial-failed', cause: new Error('called off'), unconfirmed: NOTHING }));
  }
}

/** An opening handshake of a client, whose link exists once it was accepted. */
class ByteUpgrade implements Upgrade {
  readonly request: HandshakeRequest;
  readonly #gone = new AbortController();
  readonly #key: string;
  readonly #network: ByteNetwork;

  constructor(key: string, network: ByteNetwork) {
    this.#key = key;
    this.#network = network;
    this.request = {
      method: 'GET',
      url: `/${key}`,
      remoteAddress: '192.0.2.1',
      isSecure: false,
      headers: {
        host: 'example.com',
        upgrade: 'websocket',
        connection: 'Upgrade',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    };
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  leave(): void {
    this.#gone.abort();
  }

  accept(_protocol: string | undefined, options: WireOptions): WsWire | undefined {
    if (this.#gone.signal.aborted) return undefined;
    const link = new ByteLink(this.#key, 'accepted');
    const wire = new WsWire({ options, now: this.#network.now });
    wire.attach({ socket: link.near, head: Buffer.alloc(0), protocol: '', deflate: undefined }, '192.0.2.1');
    this.#network.linked(link);
    return wire;
  }

  refuse(_answer: HttpAnswer): void {}
}

/** What the test is to the transport: the clients of its listeners, and the servers of its dials. */
export interface ByteNetwork {
  readonly now: () => number;
  linked(link: ByteLink): void;
  dialed(dial: ByteDial): void;
}

/** Real wires over a network of which the test is the one that delivers. */
export class ByteTransport implements Transport {
  readonly name = 'bytes';
  readonly #network: ByteNetwork;
  /** By port: a listener that is restarted has its port again. */
  readonly #listeners = new Map<number, (upgrade: Upgrade) => void>();
  #ports = 1000;

  constructor(network: ByteNetwork) {
    this.#network = network;
  }

  /** How many ports are open. */
  get open(): number {
    return this.#listeners.size;
  }

  /** A client begins an opening handshake; returns what makes it leave. */
  connect(port: number, key: string): (() => void) | undefined {
    const onUpgrade = this.#listeners.get(port);
    if (onUpgrade === undefined) return undefined;
    const upgrade = new ByteUpgrade(key, this.#network);
    onUpgrade(upgrade);
    return () => upgrade.leave();
  }

  dial({ url, options }: DialRequest): ByteDial {
    const dial = new ByteDial(new URL(url).pathname.slice(1), options, this.#network.now);
    this.#network.dialed(dial);
    return dial;
  }

  listen(
    target: Parameters<Transport['listen']>[0],
    _wants: unknown,
    onUpgrade: (upgrade: Upgrade) => void,
  ): Promise<Acceptor> {
    const asked = target.kind === 'port' ? target.port : 0;
    const port = asked === 0 ? (this.#ports += 1) : asked;
    this.#listeners.set(port, onUpgrade);
    let settle = (): void => {};
    const closed = new Promise<void>((resolve) => {
      settle = resolve;
    });
    return Promise.resolve({
      address: { address: '127.0.0.1', family: 'IPv4', port },
      handleUpgrade: () => {},
      closed,
      close: () => {
        if (this.#listeners.get(port) === onUpgrade) this.#listeners.delete(port);
        settle();
        return Promise.resolve();
      },
    });
  }
}
