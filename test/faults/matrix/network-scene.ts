import { deferred } from '../../../src/supervisor/time/deferred.js';
import { type ChaosLink, ChaosProxy, type ChaosStream } from '../chaos-proxy.js';
import { type Expected, LONG, type Phase, type Place } from './cell.js';
import { PolitePeer, PoliteServer } from './polite-peer.js';
import { SupervisedSide } from './supervised-side.js';
import { until } from './until.js';

/** How long a step towards the fault may take, on a machine that is busy. */
const STEP_WITHIN_MS = 20_000;

/** How much is sent in one turn to a peer that reads nothing. */
const FLOOD = Buffer.alloc(256 * 1024);

/** The network of a cell, seen from the supervised side. */
export interface Network {
  /** From the peer to the supervised side. */
  readonly inbound: ChaosStream;
  /** From the supervised side to the peer. */
  readonly outbound: ChaosStream;
  /** Resets the supervised side's TCP. */
  reset(): void;
  /** Ends the supervised side's TCP with a FIN. */
  fin(): void;
}

/**
 * Where exactly a fault strikes within its phase: `first` before the request has come, or our Close; `second` when that
 * has come, and before the answer to it. An open connection is idle.
 */
export type Moment = 'first' | 'second';

/** A cell whose fault is one of the network between the two sides. */
export interface NetworkCell extends Place, Expected {
  readonly moment: Moment;
  strike(network: Network, place: Place): void;
  /** Whether the supervised side sends as much as it can, behind the fault. */
  readonly isFlooded?: boolean;
  /** Whether the peer goes on sending, behind the fault. */
  readonly isPeerTalking?: boolean;
}

/** A supervised side and a polite peer with the chaos proxy between them. */
export class NetworkScene implements AsyncDisposable {
  readonly side: SupervisedSide;
  /** When the fault struck, or when the deadline that finds it began; monotonic ms. */
  struckAt = 0;
  readonly #cell: NetworkCell;
  readonly #parts: AsyncDisposable[] = [];
  readonly #letIn = deferred<undefined>();
  readonly #over = new AbortController();
  #peer: PolitePeer | undefined;
  #proxy: ChaosProxy | undefined;

  constructor(cell: NetworkCell) {
    const { role, protocol, phase, limits } = cell;
    this.#cell = cell;
    // Only a connecting cell is to meet this deadline.
    const openWithinMs = phase === 'connecting' ? limits.openWithinMs : LONG.openWithinMs;
    this.side = new SupervisedSide(role, protocol, { ...limits, openWithinMs });
  }

  /** Reaches the phase, has the fault strike, and does what the fault is to meet. */
  async run(): Promise<void> {
    const phases: Record<Phase, () => Promise<void>> = {
      connecting: () => (this.#cell.role === 'accepted' ? this.#beAccepted() : this.#dial()),
      open: () => this.#beOpen(),
      closing: () => this.#close(),
    };
    await phases[this.#cell.phase]();
  }

  /** The connection still carries messages both ways. */
  async echoes(text: string): Promise<void> {
    const peer = this.peer;
    peer.send(text);
    await this.#reached(() => peer.texts.includes(text) || this.side.seen.length > 0, `the echo of ${text}`);
    if (!peer.texts.includes(text)) throw new Error(`no echo, but ${JSON.stringify(this.side.seen)}`);
  }

  get peer(): PolitePeer {
    if (this.#peer === undefined) throw new Error('there is no peer yet');
    return this.#peer;
  }

  async #beAccepted(): Promise<void> {
    const isHeld = this.#cell.moment === 'second';
    await this.side.listen(isHeld ? () => this.#letIn.promise : undefined);
    await this.#connectPeer();
    if (!isHeld) await this.#hit();
    this.peer.request();
    if (!isHeld) return;
    await this.#reached(() => this.side.supervisor.stats().handshakesInFlight === 1, 'a request that waits');
    await this.#hit();
    // A client that has left is noticed while `authenticate` runs.
    if (this.#cell.outcome.is !== 'refused') this.#letIn.resolve(undefined);
  }

  async #dial(): Promise<void> {
    const isHeld = this.#cell.moment === 'second';
    const server = this.#has(await PoliteServer.listen(this.#cell.protocol));
    const proxy = await this.#proxyTo(server.port, isHeld ? undefined : (link) => this.#strike(link));
    this.struckAt = performance.now();
    this.side.dial(proxy.port);
    server.onRequest = async (peer) => {
      this.#peer = peer;
      if (isHeld) await this.#hit();
      peer.answer();
    };
    if (isHeld) await this.#reached(() => this.#peer !== undefined, 'a request');
  }

  async #open(): Promise<void> {
    if (this.#cell.role === 'accepted') {
      await this.side.listen();
      await this.#connectPeer();
      this.peer.request();
      await this.#reached(() => this.peer.head !== undefined, 'the 101');
    } else {
      const server = this.#has(await PoliteServer.listen(this.#cell.protocol));
      server.onRequest = (peer) => {
        this.#peer = peer;
        peer.answer();
      };
      this.side.dial((await this.#proxyTo(server.port)).port);
    }
    await this.side.connection(STEP_WITHIN_MS);
    await this.echoes('before the fault');
  }

  async #beOpen(): Promise<void> {
    await this.#open();
    await this.#hit();
    this.peer.send('behind the fault');
    if (this.#cell.isPeerTalking === true) this.#talk();
    if (this.#cell.isFlooded === true) await this.#flood();
  }

  async #close(): Promise<void> {
    await this.#open();
    const connection = await this.side.connection(STEP_WITHIN_MS);
    const { peer } = this;
    peer.holdsClose = true;
    connection.close(4001, 'ours');
    if (this.#cell.moment === 'first') await this.#hit();
    else {
      await this.#reached(() => peer.closeReceived !== undefined, 'our Close');
      await this.#hit();
    }
    peer.answerClose();
  }

  /** The peer sends one message after the other, until the scene is over. */
  #talk(): void {
    const timer = setInterval(() => this.peer.send('talk'), 20);
    this.#over.signal.addEventListener('abort', () => clearInterval(timer));
  }

  async #flood(): Promise<void> {
    const connection = await this.side.connection(STEP_WITHIN_MS);
    await this.#reached(() => {
      if (connection.state === 'open') connection.send(FLOOD);
      return connection.state !== 'open';
    }, 'too much to hold');
  }

  async #connectPeer(): Promise<void> {
    const proxy = await this.#proxyTo(this.side.port);
    this.#peer = await PolitePeer.connect(proxy.port, this.#cell.protocol);
    const { socket } = this.#peer;
    this.#has({ [Symbol.asyncDispose]: async () => void socket.destroy() });
  }

  async #proxyTo(port: number, onLink?: (link: ChaosLink) => void): Promise<ChaosProxy> {
    this.#proxy = this.#has(await ChaosProxy.listen(port, onLink));
    return this.#proxy;
  }

  async #hit(): Promise<void> {
    if (this.#proxy === undefined) throw new Error('there is no proxy yet');
    this.#strike(await this.#proxy.link());
  }

  #strike(link: ChaosLink): void {
    const isAccepted = this.#cell.role === 'accepted';
    const end = isAccepted ? 'server' : 'client';
    if (this.struckAt === 0) this.struckAt = performance.now();
    this.#cell.strike(
      {
        inbound: isAccepted ? link.toServer : link.toClient,
        outbound: isAccepted ? link.toClient : link.toServer,
        reset: () => link.reset(end),
        fin: () => link.fin(end),
      },
      this.#cell,
    );
  }

  async #reached(isSo: () => boolean, what: string): Promise<void> {
    await until(isSo, what, STEP_WITHIN_MS);
  }

  #has<Part extends AsyncDisposable>(part: Part): Part {
    this.#parts.push(part);
    return part;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#letIn.resolve(undefined);
    for (const part of [...this.#parts].reverse()) await part[Symbol.asyncDispose]();
    await this.side[Symbol.asyncDispose]();
  }
}
