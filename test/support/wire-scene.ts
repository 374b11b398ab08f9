import type { Frame } from '../../src/transport/frame.js';
import type { Acceptor, Wire, WireOptions } from '../../src/transport/transport.js';
import type { WireEnd, WireFact } from '../../src/transport/wire-fact.js';
import { createWsTransport } from '../../src/transport/ws/transport.js';
import { BytePeer, ByteServer, type HandshakeParts } from './byte-peer.js';
import { eventually } from './eventually.js';

const HOST = '127.0.0.1';

export const ROLES = ['accepted', 'dialed'] as const;

export type Role = (typeof ROLES)[number];

/** Options of the wire under test. */
export const OPTIONS: WireOptions = { maxPayloadBytes: 1024 * 1024, maxFragments: 100, perMessageDeflate: false };

/** The header fields with which a peer agrees to permessage-deflate. */
const DEFLATE: HandshakeParts = { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' } };

/** One open wire over TCP, beside a peer that speaks bytes, and everything the wire has emitted. */
export class WireScene implements AsyncDisposable {
  readonly wire: Wire;
  readonly facts: WireFact[] = [];
  readonly frames: Frame[] = [];
  /** What is done with each frame before it is noted; a handler that is called at once. */
  onFrame: (frame: Frame) => void = () => {};
  /** What is done at a fact; by default a Close is echoed and a fault ends TCP, as a connection would. */
  onFact: (fact: WireFact) => void = (fact) => this.#behave(fact);
  #peer: BytePeer | undefined;
  readonly #rest: AsyncDisposable[] = [];

  private constructor(wire: Wire) {
    this.wire = wire;
    wire.facts$.subscribe((fact) => {
      this.facts.push(fact);
      this.onFact(fact);
    });
    wire.frames$.subscribe((frame) => {
      this.frames.push(frame);
      this.onFrame(frame);
    });
  }

  static async open(
    role: Role,
    options: Partial<WireOptions> = {},
    peerParts: HandshakeParts = {},
  ): Promise<WireScene> {
    const all = { ...OPTIONS, ...options };
    const parts = all.perMessageDeflate === false ? peerParts : { ...DEFLATE, ...peerParts };
    return role === 'accepted' ? WireScene.#accept(all, parts) : WireScene.#dial(all, parts);
  }

  static async #accept(options: WireOptions, parts: HandshakeParts): Promise<WireScene> {
    let scene: WireScene | undefined;
    const transport = createWsTransport();
    const acceptor = await transport.listen(
      { kind: 'port', port: 0, host: HOST, backlog: 511 },
      () => true,
      (upgrade) => {
        const wire = upgrade.accept(undefined, options);
        if (wire !== undefined) scene = new WireScene(wire);
      },
      () => {},
    );
    const peer = await BytePeer.open(portOf(acceptor), parts);
    await eventually(() => scene !== undefined);
    const opened = scene as unknown as WireScene;
    opened.#peer = peer;
    opened.#rest.push(peer, { [Symbol.asyncDispose]: () => acceptor.close() });
    return opened;
  }

  static async #dial(options: WireOptions, parts: HandshakeParts): Promise<WireScene> {
    const server = await ByteServer.listen();
    const wire = createWsTransport().dial({ url: server.url, headers: {}, protocols: [], tls: {}, options });
    const scene = new WireScene(wire);
    scene.#peer = await server.nextPeer(parts);
    scene.#rest.push(server);
    await eventually(() => scene.facts.length > 0, 'the opening');
    return scene;
  }

  get peer(): BytePeer {
    if (this.#peer === undefined) throw new Error('no peer yet');
    return this.#peer;
  }

  get texts(): string[] {
    return this.frames.map(({ data }) => data.toString());
  }

  get types(): string[] {
    return this.facts.map(({ type }) => type);
  }

  fact<Type extends WireFact['type']>(type: Type): Extract<WireFact, { type: Type }> | undefined {
    return this.facts.find((fact): fact is Extract<WireFact, { type: Type }> => fact.type === type);
  }

  /** How the wire has ended, once it has. */
  async ended(): Promise<WireEnd> {
    await eventually(() => this.types.includes('wire.closed'), `the end, after ${this.types.join(', ')}`);
    const fact = this.fact('wire.closed');
    if (fact === undefined) throw new Error('no end');
    return fact.end;
  }

  async received(count: number): Promise<readonly Frame[]> {
    await eventually(() => this.frames.length >= count, `${count} frames, not ${this.frames.length}`);
    return this.frames;
  }

  #behave(fact: WireFact): void {
    if (fact.type === 'wire.closing') this.wire.close(fact.received.code, fact.received.reason);
    else if (fact.type === 'wire.failed') this.wire.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wire.terminate();
    await this.ended();
    for (const part of this.#rest) await part[Symbol.asyncDispose]();
  }
}

function portOf(acceptor: Acceptor): number {
  const { address } = acceptor;
  if (address === undefined) throw new Error('no port');
  return address.port;
}
