import type { Child, ChildInfo } from '../../../supervisor/api/child-spec.js';
import type { Supervisor } from '../../../supervisor/api/supervisor.js';
import type { ChildNode, SupervisorNode } from '../protocol/overview.js';

/** The most supervisors, and the most children of each, that are shown. */
const MOST_SUPERVISORS = 200;
const MOST_CHILDREN = 100;

/** The supervision tree, as a page shows it. */
export interface Tree {
  readonly supervisors: readonly SupervisorNode[];
  readonly supervisorsOmitted: number;
}

/** When drains that are under way began, and with how many connections. */
export interface DrainLog {
  /** Returns what is known of the present drain of a supervisor; `undefined` if there is none. */
  of(supervisor: Supervisor): SupervisorNode['drain'];
}

/** Draws up the tree from the top down. */
export function treeOf(top: Supervisor, drains: DrainLog): Tree {
  const found: { readonly supervisor: Supervisor; readonly key: string; readonly parent?: string }[] = [
    { supervisor: top, key: keyOf(top.id) },
  ];
  const supervisors: SupervisorNode[] = [];
  // It grows while it is walked.
  for (const { supervisor, key, parent } of found) {
    const children = supervisor.whichChildren();
    for (const { id, kind } of children) {
      const child = kind === 'supervisor' ? supervisor.child(id) : undefined;
      if (child?.kind === 'supervisor') found.push({ supervisor: child, key: keyOf(id, key), parent: key });
    }
    if (supervisors.length < MOST_SUPERVISORS) supervisors.push(nodeOf(supervisor, key, parent, children, drains));
  }
  return { supervisors, supervisorsOmitted: found.length - supervisors.length };
}

/** Finds a supervisor by its key. */
export function supervisorAt(top: Supervisor, key: string): Supervisor | undefined {
  const [first, ...ids] = key.split('/');
  let found: Supervisor | undefined = first === keyOf(top.id) ? top : undefined;
  for (const id of ids) {
    const child: Child | undefined = found?.child(decoded(id));
    found = child?.kind === 'supervisor' ? child : undefined;
  }
  return found;
}

/** The way to a supervisor from the top, by ids: so it is the same after a restart. */
function keyOf(id: string, parent?: string): string {
  return parent === undefined ? encodeURIComponent(id) : `${parent}/${encodeURIComponent(id)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function nodeOf(
  supervisor: Supervisor,
  key: string,
  parent: string | undefined,
  children: readonly ChildInfo[],
  drains: DrainLog,
): SupervisorNode {
  const { id, name, state, isReady, connections } = supervisor;
  const { intensity, restarts } = supervisor.stats();
  const drain = drains.of(supervisor);
  const shown = mostTelling(children);
  return {
    key,
    ...(parent === undefined ? {} : { parent }),
    id,
    name,
    state,
    isReady,
    connections: connections.size,
    intensity: { used: intensity.used, restarts: intensity.maxRestarts, withinMs: intensity.withinMs },
    restarts,
    ...(drain === undefined ? {} : { drain }),
    children: shown.map((info) => childNode(info, supervisor.child(info.id))),
    childrenOmitted: children.length - shown.length,
  };
}

/** If not all can be shown: those that do not run, then those that were restarted, then the others in start order. */
function mostTelling(children: readonly ChildInfo[]): readonly ChildInfo[] {
  if (children.length <= MOST_CHILDREN) return children;
  const ranks: readonly ChildInfo[][] = [[], [], []];
  for (const child of children) {
    const rank = child.state !== 'running' ? 0 : child.restarts > 0 ? 1 : 2;
    const ranked = ranks[rank];
    if (ranked !== undefined && ranked.length < MOST_CHILDREN) ranked.push(child);
  }
  return ranks.flat().slice(0, MOST_CHILDREN);
}

function childNode({ id, kind, state, restart, restarts }: ChildInfo, child: Child | undefined): ChildNode {
  const node = { id, kind: kind ?? 'unknown', state, restart, restarts } as const;
  switch (child?.kind) {
    case 'listener': {
      const port = child.address?.port;
      const own = { ownState: child.state, connections: child.connectionCount };
      return { ...node, ...own, ...(port === undefined ? {} : { port }) };
    }
    case 'dialer': {
      const connectionId = child.connection?.id;
      return { ...node, ownState: child.state, ...(connectionId === undefined ? {} : { connectionId }) };
    }
    default:
      return node;
  }
}
