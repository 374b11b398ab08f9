import { type PeerBehaviour, SCRIPTED_WIRE_OPTIONS, ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer, type ScriptedServerOptions } from '../../src/testing/scripted-server.js';
import type { DialRequest, Transport, WireOptions } from '../../src/transport/transport.js';

export type Role = 'accepted' | 'dialed';

export const ROLES = ['accepted', 'dialed'] as const satisfies readonly Role[];

/** A peer that breaks TCP or the protocol, which no wire of ours can. */
export interface BadPeer extends AsyncDisposable {
  /** Ends TCP with RST. */
  reset(): void;
  /** Sends a frame that the protocol forbids. */
  violate(): void;
  /** Sends a text message. */
  send(text: string): void;
  /** Sends a Close frame and leaves TCP as it is. */
  close(code: number): void;
  /** Ends TCP with FIN. */
  end(): void;
  /** The code of the Close that came, once one has. */
  closeCode(): Promise<number | undefined>;
  /** Whether the other side has ended TCP. */
  isEnded(): boolean;
}

/** What a transport must bring to be held to its contract. */
export interface TransportHarness extends AsyncDisposable {
  readonly transport: Transport;
  /** How a dial ends where nobody listens, if not with ECONNREFUSED: a proxy is on the way. */
  readonly unreachable?: 'proxy-refused';
  /** Whether accepted wires are streams of HTTP/2. */
  readonly isWithinHttp2?: true;
  /** The scheme that dials have in the end. Default `ws`. */
  readonly scheme?: 'wss';
  /** A wire with this role and a peer that can misbehave, linked and open. */
  beside(role: Role): Promise<{ readonly near: ScriptedPeer; readonly bad: BadPeer }>;
}

/** Two linked open wires; `near` is the one under test and has the role asked for. */
export interface Pair {
  readonly near: ScriptedPeer;
  readonly far: ScriptedPeer;
}

/** How the two ends of a pair behave. */
export interface PairSettings {
  readonly near?: PeerBehaviour;
  readonly far?: PeerBehaviour;
  /** Bounds of the near wire. */
  readonly limits?: Partial<Omit<WireOptions, 'perMessageDeflate'>>;
  /** Whether both ends offer permessage-deflate. Default not. */
  readonly perMessageDeflate?: boolean;
}

/** What one test has opened, and how it is put away. */
export class Scene implements AsyncDisposable {
  readonly harness: TransportHarness;
  readonly #endings: (() => PromiseLike<unknown>)[] = [];

  constructor(harness: TransportHarness) {
    this.harness = harness;
    this.#endings.push(() => harness[Symbol.asyncDispose]());
  }

  get transport(): Transport {
    return this.harness.transport;
  }

  async listen(settings: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const server = await ScriptedServer.listen(this.transport, settings);
    this.#endings.push(() => server[Symbol.asyncDispose]());
    return server;
  }

  dial(url: string, options: Partial<DialRequest> & { readonly behaviour?: PeerBehaviour } = {}): ScriptedPeer {
    return this.#drop(ScriptedPeer.dial(this.transport, url, options));
  }

  async pair(
    role: Role,
    { near = 'polite', far = 'polite', limits = {}, perMessageDeflate = false }: PairSettings = {},
  ): Promise<Pair> {
    const farOptions = { ...SCRIPTED_WIRE_OPTIONS, perMessageDeflate };
    const nearOptions = { ...farOptions, ...limits };
    const isAccepted = role === 'accepted';
    const server = await this.listen({
      behaviour: isAccepted ? near : far,
      options: isAccepted ? nearOptions : farOptions,
    });
    const dialed = this.dial(server.url, {
      behaviour: isAccepted ? far : near,
      options: isAccepted ? farOptions : nearOptions,
    });
    await dialed.fact('wire.opened');
    const accepted = await server.accepted();
    return isAccepted ? { near: accepted, far: dialed } : { near: dialed, far: accepted };
  }

  async beside(role: Role): Promise<{ near: ScriptedPeer; bad: BadPeer }> {
    const { near, bad } = await this.harness.beside(role);
    this.#endings.push(() => bad[Symbol.asyncDispose]());
    return { near: this.#drop(near), bad };
  }

  /** Puts everything away, the last first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#endings.toReversed()) await end();
  }

  /** Sees to it that a peer is dropped at the end. */
  #drop(peer: ScriptedPeer): ScriptedPeer {
    this.#endings.push(() => {
      peer.wire.terminate();
      return peer.ended();
    });
    return peer;
  }
}

/**
 * Turns of the event loop that are more than enough for what is on its way to arrive, or for the kernel to take what it
 * will.
 */
const SETTLE_TURNS = 50;

/** Lets bytes on their way arrive. Only to see that something does *not* happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Turns the event loop until a value that no stream emits is as it should be. */
export async function eventually(isSo: () => boolean): Promise<void> {
  const until = performance.now() + 4_000;
  while (!isSo()) {
    if (performance.now() > until) throw new Error(`never came true: ${isSo.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Runs one test with a scene of its own, and puts everything away after it. */
export type Held = (run: (scene: Scene) => Promise<void>) => () => Promise<void>;
