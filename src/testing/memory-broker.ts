import type { Broker, BrokerLink, BrokerMessage, BrokerRequest, LogSpec } from '../cluster/port/broker.js';
import type { Clock } from '../supervisor/api/clock.js';
import { type BrokerServer, MemoryBrokerLink } from './memory-broker-link.js';
import { MemoryLog } from './memory-log.js';

/** One message on its way from the broker to a node. */
export interface BrokerDelivery extends BrokerMessage {
  /** The node it goes to. */
  readonly node: string;
  /** The subject; for an entry of a log the log's name and the key, as `log/key`. */
  readonly subject: string;
}

/**
 * What becomes of a delivery. A delay holds up what follows on the same link. NATS never drops a message on a link that
 * goes on, nor does it deliver one twice; a cluster bears both.
 */
export type DeliveryFate = 'deliver' | 'drop' | 'twice' | { readonly afterMs: number };

/**
 * A message broker in memory, for tests of clusters: it does what it is asked to, on the clock of the test. Nodes are
 * named by `cluster.node`.
 */
export interface MemoryBroker extends Broker {
  /** The nodes that are connected. */
  readonly nodes: readonly string[];
  /** Ends all links, and takes no new ones until `start`. Logs are kept. */
  stop(): void;
  start(): void;
  /** Ends the link of a node, as a broker does that cuts a slow consumer. The node may come back at once. */
  cut(node: string): void;
  /**
   * Parts a node from the broker: nothing passes either way. After `silentMs` the link ends on both sides, and what was
   * on its way is lost. The node cannot come back until `heal`.
   */
  isolate(node: string): void;
  /** Lets a node through again. What was on its way arrives, if its link has not ended. */
  heal(node: string): void;
  /** Loses all logs, as a broker whose disk was replaced. The next ones have another epoch. */
  loseLogs(): void;
  /** Has a function decide about each delivery from now on; without one all are delivered. */
  script(decide?: (delivery: BrokerDelivery) => DeliveryFate): void;
}

/** How the broker in memory is. */
export interface MemoryBrokerOptions {
  /** After how long an isolated node's link ends, in ms. Default 4,000. */
  readonly silentMs?: number;
  /** The longest payload that it takes, in bytes. Default 1 MiB. */
  readonly maxPayloadBytes?: number;
}

const DEFAULTS = { silentMs: 4_000, maxPayloadBytes: 1_048_576 };

/** Makes a message broker in memory, for `createCluster` in tests. */
export function createMemoryBroker(clock: Clock, options: MemoryBrokerOptions = {}): MemoryBroker {
  return new MemoryBrokerRuntime(clock, { ...DEFAULTS, ...options });
}

class MemoryBrokerRuntime implements MemoryBroker, BrokerServer {
  readonly name = 'memory';
  readonly clock: Clock;
  readonly maxPayloadBytes: number;
  readonly #silentMs: number;
  readonly #links = new Map<string, MemoryBrokerLink>();
  readonly #isolated = new Set<string>();
  #logs = new Map<string, MemoryLog>();
  #logsSoFar = 0;
  #isUp = true;
  #decide: (delivery: BrokerDelivery) => DeliveryFate = () => 'deliver';

  constructor(clock: Clock, { silentMs, maxPayloadBytes }: Required<MemoryBrokerOptions>) {
    this.clock = clock;
    this.#silentMs = silentMs;
    this.maxPayloadBytes = maxPayloadBytes;
  }

  get nodes(): readonly string[] {
    return [...this.#links.keys()];
  }

  async connect({ node, signal }: BrokerRequest): Promise<BrokerLink> {
    signal.throwIfAborted();
    if (!this.#isUp || this.#isolated.has(node)) throw new Error('the broker in memory cannot be reached');
    this.#links.get(node)?.end(new Error('the node has connected again'));
    const link = new MemoryBrokerLink(node, this);
    this.#links.set(node, link);
    return link;
  }

  stop(): void {
    this.#isUp = false;
    for (const link of this.#links.values()) link.end(new Error('the broker in memory was stopped'));
  }

  start(): void {
    this.#isUp = true;
  }

  cut(node: string): void {
    this.#links.get(node)?.end(new Error('the broker in memory has cut the link'));
  }

  isolate(node: string): void {
    this.#isolated.add(node);
    const link = this.#links.get(node);
    if (link === undefined) return;
    link.hold();
    this.clock.setTimeout(() => {
      if (link.isHeld) link.end(new Error('the broker in memory does not answer'));
    }, this.#silentMs);
  }

  heal(node: string): void {
    this.#isolated.delete(node);
    this.#links.get(node)?.release();
  }

  loseLogs(): void {
    this.#logs = new Map();
    for (const link of this.#links.values()) link.end(new Error('the broker in memory has lost its logs'));
  }

  script(decide: (delivery: BrokerDelivery) => DeliveryFate = () => 'deliver'): void {
    this.#decide = decide;
  }

  left(link: MemoryBrokerLink): void {
    if (this.#links.get(link.node) === link) this.#links.delete(link.node);
  }

  logOf(spec: LogSpec): MemoryLog {
    let log = this.#logs.get(spec.name);
    if (log === undefined) {
      this.#logsSoFar += 1;
      log = new MemoryLog(`memory-${this.#logsSoFar}`, spec, this.clock);
      this.#logs.set(spec.name, log);
    }
    return log;
  }

  distribute(subject: string, message: BrokerMessage): void {
    for (const link of this.#links.values()) {
      for (const receive of link.receiversOf(subject)) {
        const fate = this.#decide({ ...message, node: link.node, subject });
        if (fate === 'drop') continue;
        link.deliver(() => receive(message), typeof fate === 'object' ? fate.afterMs : 0);
        if (fate === 'twice') link.deliver(() => receive(message), 0);
      }
    }
  }
}
