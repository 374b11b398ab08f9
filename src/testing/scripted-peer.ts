import type { Frame } from '../transport/frame.js';
import type { DialRequest, Transport, Wire, WireOptions } from '../transport/transport.js';
import type { WireEnd, WireFact } from '../transport/wire-fact.js';

/**
 * What a scripted peer does by itself: a `polite` peer answers a Close with its code, and ends TCP when the wire has
 * failed; a `mute` peer does nothing. The wire answers Pings in either case.
 */
export type PeerBehaviour = 'polite' | 'mute';

/** Default options of a scripted peer's wire. */
export const SCRIPTED_WIRE_OPTIONS: WireOptions = {
  maxPayloadBytes: 16 * 1024 * 1024,
  maxFragments: 1024,
  perMessageDeflate: false,
};

/** A wait for something to be there. */
interface Waiter {
  readonly isThere: () => boolean;
  readonly resolve: () => void;
}

/**
 * The other end of a connection under test, without supervision: it records what it sees, and does what a test says.
 */
export class ScriptedPeer {
  readonly wire: Wire;
  /** The facts that the wire has emitted, in order. */
  readonly facts: WireFact[] = [];
  /** The frames that have come, in order. */
  readonly frames: Frame[] = [];
  #waiters: Waiter[] = [];
  #handedOut = 0;

  /** @param wire a wire that was handed out in this tick; otherwise facts are missed. */
  constructor(wire: Wire, behaviour: PeerBehaviour = 'polite') {
    this.wire = wire;
    wire.frames$.subscribe((frame) => {
      this.frames.push(frame);
      this.#look();
    });
    wire.facts$.subscribe((fact) => {
      this.facts.push(fact);
      if (behaviour === 'polite') this.#answer(fact);
      this.#look();
    });
  }

  /** Dials. The wire is not open yet. */
  static dial(
    transport: Transport,
    url: string,
    options: Partial<DialRequest> & { readonly behaviour?: PeerBehaviour } = {},
  ): ScriptedPeer {
    const { behaviour, ...request } = options;
    return new ScriptedPeer(
      transport.dial({ url, headers: {}, protocols: [], tls: {}, options: SCRIPTED_WIRE_OPTIONS, ...request }),
      behaviour,
    );
  }

  /**
   * Sends one message: a string as text, bytes as a binary message.
   *
   * @throws {Error} unless the wire is open: a message that is not sent would make a test wait for its answer.
   */
  send(data: string | Uint8Array): void {
    if (!this.wire.send(data, typeof data !== 'string'))
      throw new Error('send: the wire is not open; wait for peer.fact("wire.opened"), and send before a Close.');
  }

  /**
   * Starts the closing handshake, or answers the other end's Close. Codes are not checked: a test may break the rules.
   *
   * @param code default 1000; 1005 sends an empty Close.
   * @param reason default ''.
   */
  close(code = 1000, reason = ''): void {
    this.wire.close(code, reason);
  }

  /**
   * Resolves with the first frame that no earlier call has returned, in the order in which frames come.
   *
   * @throws {Error} by rejection, when the wire ends and no such frame is left.
   */
  async next(): Promise<Frame> {
    const index = this.#handedOut;
    this.#handedOut += 1;
    const end = () => this.facts.find((fact) => fact.type === 'wire.closed')?.end;
    await this.until(() => index < this.frames.length || end() !== undefined);
    const frame = this.frames[index];
    if (frame !== undefined) return frame;
    throw new Error(`next: the wire has ended (${end()?.kind}); frames so far: ${this.frames.length}.`);
  }

  /** The frames that have come, as text. */
  get texts(): string[] {
    return this.frames.map(({ data }) => data.toString());
  }

  /** Resolves as soon as `isThere` returns true; it is called after each fact and frame. */
  until(isThere: () => boolean): Promise<void> {
    if (isThere()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ isThere, resolve }));
  }

  /** Resolves with the first fact of a type. */
  async fact<Type extends WireFact['type']>(type: Type): Promise<Extract<WireFact, { readonly type: Type }>> {
    const find = () =>
      this.facts.find((fact): fact is Extract<WireFact, { readonly type: Type }> => fact.type === type);
    await this.until(() => find() !== undefined);
    return find() as Extract<WireFact, { readonly type: Type }>;
  }

  /** Resolves with all frames once at least `count` have come. */
  async received(count: number): Promise<readonly Frame[]> {
    await this.until(() => this.frames.length >= count);
    return this.frames;
  }

  /** Resolves with how the wire ended. */
  async ended(): Promise<WireEnd> {
    return (await this.fact('wire.closed')).end;
  }

  #answer(fact: WireFact): void {
    if (fact.type === 'wire.closing') this.wire.close(fact.received.code, fact.received.reason);
    if (fact.type === 'wire.failed') this.wire.end();
  }

  #look(): void {
    const due = this.#waiters.filter(({ isThere }) => isThere());
    this.#waiters = this.#waiters.filter((waiter) => !due.includes(waiter));
    for (const { resolve } of due) resolve();
  }
}
