import { deferred } from '../../../src/supervisor/time/deferred.js';
import { LONG, type Phase, type Place, type Protocol } from './cell.js';
import { SupervisedSide } from './supervised-side.js';
import type { Cell } from './table.js';
import { until } from './until.js';

/** How long a step towards the fault may take, on a machine that is busy. */
const STEP_WITHIN_MS = 40_000;

/** How much is sent in one turn to a peer that reads nothing. */
const FLOOD = Buffer.alloc(256 * 1024);

/** A peer that does everything right, wherever it is. */
export interface Peer {
  /** The other side's request, or its 101, once it has come. */
  readonly head: string | undefined;
  readonly texts: readonly string[];
  readonly hasClose: boolean;
  readonly hasEnded: boolean;
  /** Sends a client's request. */
  request(): void;
  /** Sends a server's 101. */
  answer(): void;
  send(text: string): void;
  /** Leaves a Close without an answer, until `answerClose`. */
  holdClose(): void;
  answerClose(): void;
}

/** The addresses of a cell's two sides. */
export interface Hosts {
  readonly ours: string;
  readonly theirs: string;
}

/** What stands between the two sides of a cell, and what strikes. */
export interface Means<Strike> extends AsyncDisposable {
  /** The addresses of the two sides, if they are not on loopback. */
  readonly hosts?: Hosts;
  /** Connects a peer to the supervised side; its request is not sent yet. */
  connect(port: number, protocol: Protocol): Promise<Peer>;
  /**
   * Makes a server for the supervised side, which is called with each client whose request has come. Resolves with the
   * port to dial.
   */
  listen(protocol: Protocol, onRequest: (peer: Peer) => void): Promise<number>;
  /** Strikes now. */
  hit(strike: Strike, place: Place, side: SupervisedSide): void | Promise<void>;
  /** Strikes as soon as the supervised side has connected, before any byte passes. */
  arm?(strike: Strike, place: Place): void;
  /** Ends a fault that would keep one from seeing what it has left. */
  relent?(): void;
}

/** One cell on its way: a supervised side and a polite peer, up to the fault and behind it. */
export class Scene<Strike> implements AsyncDisposable {
  readonly side: SupervisedSide;
  /** When the fault struck, or when the deadline that finds it began; monotonic ms. */
  struckAt = 0;
  readonly #cell: Cell<Strike>;
  readonly #means: Means<Strike>;
  readonly #letIn = deferred<undefined>();
  readonly #over = new AbortController();
  #peer: Peer | undefined;

  constructor(cell: Cell<Strike>, means: Means<Strike>) {
    const { role, protocol, phase, limits } = cell;
    this.#cell = cell;
    this.#means = means;
    // Only a connecting cell is to meet this deadline.
    const openWithinMs = phase === 'connecting' ? limits.openWithinMs : LONG.openWithinMs;
    const host = role === 'accepted' ? means.hosts?.ours : means.hosts?.theirs;
    this.side = new SupervisedSide(role, protocol, { ...limits, openWithinMs }, host);
  }

  get peer(): Peer {
    if (this.#peer === undefined) throw new Error('there is no peer yet');
    return this.#peer;
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
    const { peer } = this;
    peer.send(text);
    await this.#reached(() => peer.texts.includes(text) || this.side.seen.length > 0, `the echo of ${text}`);
    if (!peer.texts.includes(text)) throw new Error(`no echo, but ${JSON.stringify(this.side.seen)}`);
  }

  async #beAccepted(): Promise<void> {
    const isHeld = this.#cell.moment === 'second';
    await this.side.listen(isHeld ? () => this.#letIn.promise : undefined);
    this.#peer = await this.#means.connect(this.side.port, this.#cell.protocol);
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
    const port = await this.#means.listen(this.#cell.protocol, (peer) => {
      this.#peer = peer;
      if (!isHeld) peer.answer();
    });
    if (!isHeld) this.#means.arm?.(this.#cell.strike, this.#cell);
    this.struckAt = performance.now();
    this.side.dial(port);
    if (!isHeld) return;
    await this.#reached(() => this.#peer !== undefined, 'a request');
    await this.#hit();
    this.peer.answer();
  }

  async #open(): Promise<void> {
    if (this.#cell.role === 'accepted') {
      await this.side.listen();
      const peer = await this.#means.connect(this.side.port, this.#cell.protocol);
      this.#peer = peer;
      peer.request();
      await this.#reached(() => peer.head !== undefined, 'the 101');
    } else {
      const port = await this.#means.listen(this.#cell.protocol, (peer) => {
        this.#peer = peer;
        peer.answer();
      });
      this.side.dial(port);
    }
    await this.side.connection(STEP_WITHIN_MS);
    await this.#reached(() => this.#peer !== undefined, 'a peer');
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
    peer.holdClose();
    connection.close(4001, 'ours');
    if (this.#cell.moment === 'second') await this.#reached(() => peer.hasClose, 'our Close');
    await this.#hit();
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

  async #hit(): Promise<void> {
    await this.#means.hit(this.#cell.strike, this.#cell, this.side);
    // A dial's deadline began with the dial.
    if (this.struckAt === 0) this.struckAt = performance.now();
  }

  async #reached(isSo: () => boolean, what: string): Promise<void> {
    await until(isSo, what, STEP_WITHIN_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#letIn.resolve(undefined);
    await this.#means[Symbol.asyncDispose]();
    await this.side[Symbol.asyncDispose]();
  }
}
