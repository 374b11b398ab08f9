import type { Clock } from '../supervisor/api/clock.js';
import type { ClusterNode } from './api/cluster.js';
import type { ClusterEvent } from './api/cluster-event.js';

/** What a node says of itself with each heartbeat. */
export interface Beat {
  readonly node: string;
  /** How many it has said, this one included. */
  readonly count: number;
  /** Whether nothing can have been missed before it if the node is unknown. */
  readonly isFirst: boolean;
  readonly isDraining: boolean;
}

/** What a heartbeat shows. */
export interface Heard {
  readonly isUnknown: boolean;
  /** Whether heartbeats before it were not heard, nor what they said. */
  readonly hasMissed: boolean;
}

/** How nodes are judged. */
export interface NodeRules {
  readonly heartbeatMs: number;
  readonly lostAfterMs: number;
}

interface Known {
  /** The last heartbeat of it; `undefined` when nothing was missed whichever is next. */
  count: number | undefined;
  heardAt: number;
  isDraining: boolean;
  isSilent: boolean;
}

/** The other nodes of the cluster, as their heartbeats show them. */
export class NodeList {
  readonly #known = new Map<string, Known>();
  readonly #clock: Clock;
  readonly #rules: NodeRules;
  readonly #publish: (event: ClusterEvent) => void;
  #judgedAt: number;

  constructor(clock: Clock, rules: NodeRules, publish: (event: ClusterEvent) => void) {
    this.#clock = clock;
    this.#rules = rules;
    this.#publish = publish;
    this.#judgedAt = clock.now();
  }

  get ids(): readonly string[] {
    return [...this.#known.keys()];
  }

  get nodes(): readonly ClusterNode[] {
    return [...this.#known].map(([id, { isDraining }]) => ({ id, isSelf: false, isDraining }));
  }

  isDraining(node: string): boolean {
    return this.#known.get(node)?.isDraining === true;
  }

  /** A node has said that it is there. */
  heard({ node, count, isFirst, isDraining }: Beat): Heard {
    const known = this.#known.get(node);
    this.#known.set(node, { count, heardAt: this.#clock.now(), isDraining, isSilent: false });
    if (known === undefined) this.#publish({ type: 'node.joined', node });
    if (isDraining && known?.isDraining !== true) this.#publish({ type: 'node.draining', node });
    // One that was there before it was heard, or was lost and is back, has said something meanwhile.
    const hasMissed = known === undefined ? !isFirst : known.count !== undefined && count > known.count + 1;
    return { isUnknown: known === undefined, hasMissed };
  }

  /** A node has said that it leaves. Returns whether it was known. */
  left(node: string): boolean {
    const wasKnown = this.#known.delete(node);
    if (wasKnown) this.#publish({ type: 'node.left', node });
    return wasKnown;
  }

  /**
   * The link was away: nobody could be heard, so everybody has time again. The links of the others were away as well,
   * perhaps, and are back `backWithinMs` later: silence counts from then on. All topics ask for what was missed.
   */
  forgive(backWithinMs: number): void {
    this.#judgedAt = this.#clock.now();
    for (const known of this.#known.values()) {
      known.heardAt = this.#judgedAt + backWithinMs;
      known.count = undefined;
    }
  }

  /** Judges who is silent, once for each heartbeat. Returns those that are lost, which are forgotten. */
  judge(): readonly string[] {
    const now = this.#clock.now();
    // A stall of our own is not the silence of others: what they have said meanwhile is still to be read.
    const stalledMs = Math.max(0, now - this.#judgedAt - 2 * this.#rules.heartbeatMs);
    this.#judgedAt = now;
    const lost: string[] = [];
    for (const [node, known] of this.#known) {
      known.heardAt += stalledMs;
      const silentMs = now - known.heardAt;
      if (silentMs >= this.#rules.lostAfterMs) lost.push(node);
      else if (silentMs >= this.#rules.lostAfterMs / 2 && !known.isSilent) {
        known.isSilent = true;
        this.#publish({ type: 'node.silent', node });
      }
    }
    for (const node of lost) {
      this.#known.delete(node);
      this.#publish({ type: 'node.lost', node });
    }
    return lost;
  }
}
