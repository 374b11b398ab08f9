import type { Acceptor, HandshakeRequest, Transport, Upgrade, WireOptions } from '../transport/transport.js';
import { type PeerBehaviour, SCRIPTED_WIRE_OPTIONS, ScriptedPeer } from './scripted-peer.js';

/** How many connections may wait to be accepted. */
const BACKLOG = 511;

/** Settings of a scripted server. */
export interface ScriptedServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** How its peers behave. Default `polite`. */
  readonly behaviour?: PeerBehaviour;
  /** Default: 16 MiB, 1024 fragments, no compression. */
  readonly options?: WireOptions;
  /** Decides each opening handshake instead of accepting it. Default: every handshake is accepted. */
  readonly onUpgrade?: (upgrade: Upgrade) => void;
  /** Default: every request. */
  readonly wants?: (request: HandshakeRequest) => boolean;
}

/** A listening end without supervision: it accepts every client, as a scripted peer. */
export class ScriptedServer implements AsyncDisposable {
  readonly #acceptor: Acceptor;
  readonly #host: string;
  readonly #peers: ScriptedPeer[];
  readonly #waiting: ((peer: ScriptedPeer) => void)[];
  #handedOut = 0;

  private constructor(
    acceptor: Acceptor,
    host: string,
    peers: ScriptedPeer[],
    waiting: ((peer: ScriptedPeer) => void)[],
  ) {
    this.#acceptor = acceptor;
    this.#host = host;
    this.#peers = peers;
    this.#waiting = waiting;
  }

  /** @throws the system's error when the port cannot be opened. */
  static async listen(transport: Transport, settings: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const { host = '127.0.0.1', port = 0, behaviour, options = SCRIPTED_WIRE_OPTIONS, wants = () => true } = settings;
    const peers: ScriptedPeer[] = [];
    const waiting: ((peer: ScriptedPeer) => void)[] = [];
    const accept = (upgrade: Upgrade) => {
      const [protocol] = String(upgrade.request.headers['sec-websocket-protocol'] ?? '').split(',');
      const wire = upgrade.accept(protocol === '' ? undefined : protocol, options);
      if (wire === undefined) return;
      const peer = new ScriptedPeer(wire, behaviour);
      peers.push(peer);
      waiting.shift()?.(peer);
    };
    const raise = (error: Error) => {
      throw error;
    };
    const target = { kind: 'port', port, host, backlog: BACKLOG } as const;
    const acceptor = await transport.listen(target, wants, settings.onUpgrade ?? accept, raise);
    return new ScriptedServer(acceptor, host, peers, waiting);
  }

  get port(): number {
    const { address } = this.#acceptor;
    if (address === undefined) throw new Error('this server has been closed');
    return address.port;
  }

  get url(): string {
    return `ws://${this.#host}:${this.port}/`;
  }

  /** The peers accepted so far, oldest first. */
  get peers(): readonly ScriptedPeer[] {
    return this.#peers;
  }

  /** Resolves with the next peer: each call gets another one. */
  async accepted(): Promise<ScriptedPeer> {
    const peer = this.#peers[this.#handedOut];
    this.#handedOut += 1;
    return peer ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Frees the port and drops every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#acceptor.close();
    for (const { wire } of this.#peers) wire.terminate();
    await closed;
    await Promise.all(this.#peers.map((peer) => peer.ended()));
  }
}
