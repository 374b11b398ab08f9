import type { MachineFlow } from '../../protocol/overview.js';
import { edgeId, type Layout } from './layout.js';

/** The spans over which steps are counted. */
export type Span = 'lastSecond' | 'lastMinute' | 'sinceStart';

/** What one diagram shows: a figure for each state and each step, and those steps that were just taken. */
export interface DiagramFigures {
  /** By path. Absent: nothing is shown. */
  readonly states: ReadonlyMap<string, number>;
  /** By `edgeId`. */
  readonly edges: ReadonlyMap<string, number>;
  /** Steps that light up, by `edgeId`. */
  readonly lit: ReadonlySet<string>;
  /** The state where the subject stands, when there is one subject. */
  readonly position?: string | undefined;
}

/**
 * The figures of a whole fleet. A state shows how many machines stand in it; a final one, in which none is counted any
 * longer, shows how many have come to it in the span. A state with states inside shows their sum.
 */
export function fleetFigures(layout: Layout, flow: MachineFlow, span: Span): DiagramFigures {
  const edges = new Map<string, number>();
  const lit = new Set<string>();
  const arrived = new Map<string, number>();
  for (const edge of flow.edges) {
    const id = edgeId(edge.from, edge.event, edge.to);
    edges.set(id, edge[span]);
    if (edge.lastSecond > 0) lit.add(id);
    if (edge.from !== edge.to) arrived.set(edge.to, (arrived.get(edge.to) ?? 0) + edge[span]);
  }
  const states = new Map<string, number>();
  for (const { path, kind } of layout.states) {
    const inside = Object.entries(flow.states).filter(([at]) => at === path || at.startsWith(`${path}.`));
    const now = inside.reduce((sum, [, state]) => sum + state.now, 0);
    states.set(path, kind === 'final' ? (arrived.get(path) ?? 0) : now);
  }
  return { states, edges, lit };
}

/** The figures of one subject: the steps it took, the last of them lit, and where it stands. */
export function subjectFigures(
  steps: readonly { readonly from: string; readonly event?: string; readonly to: string }[],
  position: string | undefined,
): DiagramFigures {
  const edges = new Map<string, number>();
  let last: string | undefined;
  for (const { from, event, to } of steps) {
    if (event === undefined) continue;
    last = edgeId(from, event, to);
    edges.set(last, (edges.get(last) ?? 0) + 1);
  }
  return { states: new Map(), edges, lit: new Set(last === undefined ? [] : [last]), position };
}

/** How wide a line is drawn, in SVG's units: the first steps count most, and no line becomes a bar. */
export function strokeWidth(taken: number): number {
  return taken <= 0 ? 1 : Math.min(4, 1.4 + Math.log10(taken) * 0.55);
}
