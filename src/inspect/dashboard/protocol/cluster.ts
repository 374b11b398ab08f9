/** A cluster as this process sees it: what an overview shows of it. */
export interface ShownCluster {
  readonly name: string;
  /** The id of this process among the nodes. */
  readonly node: string;
  /** Whether the broker is reached: `connecting`, `up`, `down`, `stopped`. */
  readonly status: string;
  /** At most 100, this process first. */
  readonly nodes: readonly ShownNode[];
  readonly nodesOmitted: number;
  /** Topics that have members here, those with most of them first: at most 100 of the 1,000 that are looked at. */
  readonly topics: readonly ShownTopic[];
  readonly topicsOmitted: number;
}

export interface ShownNode {
  readonly id: string;
  readonly isSelf: boolean;
  readonly isDraining: boolean;
}

export interface ShownTopic {
  readonly name: string;
  /** Its members on this node. */
  readonly members: number;
  /** What it keeps for those who come back; absent if nothing. */
  readonly history?: { readonly messages: number; readonly ageMs: number };
}
