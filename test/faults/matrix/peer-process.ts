import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { deferred } from '../../../src/supervisor/time/deferred.js';
import { LOOPBACK, type Place, type Protocol } from './cell.js';
import type { News, Order } from './peer-messages.js';
import type { Hosts, Means, Peer } from './scene.js';
import type { SupervisedSide } from './supervised-side.js';
import { until } from './until.js';

const STEP_WITHIN_MS = 40_000;

/** How long the first cell of many waits for the last one. */
const BARRIER_MS = STEP_WITHIN_MS;

/** A peer in another process, as far as its news have come. */
class RemotePeer implements Peer {
  head: string | undefined;
  texts: readonly string[] = [];
  hasClose = false;
  hasEnded = false;
  readonly #order: (order: Order) => void;
  readonly #id: number;

  constructor(id: number, order: (order: Order) => void) {
    this.#id = id;
    this.#order = order;
  }

  request(): void {
    this.#order({ do: 'request', id: this.#id });
  }
  answer(): void {
    this.#order({ do: 'answer', id: this.#id });
  }
  send(text: string): void {
    this.#order({ do: 'send', id: this.#id, text });
  }
  holdClose(): void {
    this.#order({ do: 'holdClose', id: this.#id });
  }
  answerClose(): void {
    this.#order({ do: 'answerClose', id: this.#id });
  }
}

/** The program of such a process, to be bundled. */
export const PEER_PROGRAM: URL = new URL('peer-program.ts', import.meta.url);

/** A process full of polite peers. */
export class PeerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #listeners = new Map<number, (news: News) => void>();
  #nextId = 1;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (news: News) => this.#listeners.get(news.id)?.(news));
  }

  /**
   * @param program the bundled peer-program.ts.
   * @param within the command that it is run by, such as `unshare -n`.
   */
  static async start(program: string, within: readonly string[] = []): Promise<PeerProcess> {
    const [command, ...args] = [...within, process.execPath, program];
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'spawn');
    return new PeerProcess(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** Resolves with `undefined` if the client was turned away. */
  async connect(port: number, protocol: Protocol, host = LOOPBACK): Promise<Peer | undefined> {
    const id = this.#nextId++;
    let isDecided = false;
    let peer: RemotePeer | undefined;
    this.#listeners.set(id, (news) => {
      if (news.is === 'peer') peer = Object.assign(peer ?? new RemotePeer(id, this.#order), knownOf(news));
      isDecided = true;
    });
    this.#order({ do: 'connect', id, port, protocol, host });
    await until(() => isDecided, 'a client in another process', STEP_WITHIN_MS);
    return peer;
  }

  /** Resolves with the port. */
  async listen(protocol: Protocol, onRequest: (peer: Peer) => void, host = LOOPBACK): Promise<number> {
    const id = this.#nextId++;
    let port: number | undefined;
    let peer: RemotePeer | undefined;
    this.#listeners.set(id, (news) => {
      if (news.is === 'listening') port = news.port;
      if (news.is !== 'peer') return;
      const isNew = peer === undefined;
      peer = Object.assign(peer ?? new RemotePeer(id, this.#order), knownOf(news));
      if (isNew) onRequest(peer);
    });
    this.#order({ do: 'listen', id, protocol, host });
    await until(() => port !== undefined, 'a server in another process', STEP_WITHIN_MS);
    return port ?? 0;
  }

  readonly #order = (order: Order): void => {
    if (this.#child.connected) this.#child.send(order, () => {});
  };

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.hasExited) return;
    const gone = once(this.#child, 'exit');
    // A stopped process ends by this as well.
    this.#child.kill('SIGKILL');
    await gone;
  }
}

function knownOf({ head, texts, hasClose, hasEnded }: Extract<News, { is: 'peer' }>) {
  return { head, texts, hasClose, hasEnded };
}

/** Has many cells wait for each other, since one fault strikes them all. */
export class Barrier {
  readonly #size: number;
  readonly #strike: () => void;
  readonly #all = deferred<void>();
  #waiting = 0;

  /**
   * @param size how many wait.
   * @param strike called once all of them do, just before they go on.
   */
  constructor(size: number, strike: () => void) {
    this.#size = size;
    this.#strike = strike;
  }

  get waiting(): number {
    return this.#waiting;
  }

  async pass(): Promise<void> {
    this.#waiting += 1;
    if (this.#waiting === this.#size) {
      this.#strike();
      this.#all.resolve();
    }
    const late = setTimeout(() => this.#all.reject(new Error('not all cells have reached their phase')), BARRIER_MS);
    try {
      await this.#all.promise;
    } finally {
      clearTimeout(late);
    }
  }
}

/** Peers in a process of their own, struck together with those of other cells. */
export class ProcessMeans<Strike> implements Means<Strike> {
  readonly #process: PeerProcess;
  readonly hosts: Hosts;
  readonly #hit: Means<Strike>['hit'];

  constructor(peers: PeerProcess, hit: Means<Strike>['hit'], hosts: Hosts = { ours: LOOPBACK, theirs: LOOPBACK }) {
    this.#process = peers;
    this.#hit = hit;
    this.hosts = hosts;
  }

  async connect(port: number, protocol: Protocol): Promise<Peer> {
    const peer = await this.#process.connect(port, protocol, this.hosts.ours);
    if (peer === undefined) throw new Error('a peer was turned away');
    return peer;
  }

  listen(protocol: Protocol, onRequest: (peer: Peer) => void): Promise<number> {
    return this.#process.listen(protocol, onRequest, this.hosts.theirs);
  }

  hit(strike: Strike, place: Place, side: SupervisedSide): void | Promise<void> {
    return this.#hit(strike, place, side);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
