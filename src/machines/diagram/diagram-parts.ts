import type { AnyStateMachine } from 'xstate';
import { drawingOf } from './arrows.js';
import { describeMachine } from './describe.js';
import { takes } from './event-pattern.js';

/** What a drawing of a machine consists of. */
export interface DiagramParts {
  /** Every state, the machine itself first, in the order of the source. */
  readonly states: readonly DiagramState[];
  readonly edges: readonly DiagramEdge[];
}

/** A box of a drawing. */
export interface DiagramState {
  /** Its element in the SVG: `state-closing.awaitingPeer`. */
  readonly id: string;
  /** `closing.awaitingPeer`; empty for the machine itself. */
  readonly path: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
}

/** An arrow of a drawing: all transitions that lead from one state to another in the same way. */
export interface DiagramEdge {
  /** Its element in the SVG: `edge-open--close--closing.awaitingPeer`. */
  readonly id: string;
  /** The path of the state whose source has the transitions. */
  readonly from: string;
  /** The path of the target. */
  readonly to: string;
  /**
   * The types or patterns of the events in XState: `close`, `wire.*`, `xstate.after.100.lamp.on`; `''` for `always`.
   * None for the arrow from a history state to its default.
   */
  readonly events: readonly string[];
  /** What stands at the arrow. */
  readonly label: string;
}

/** One step of a machine. An `ObservedStep` is one, with the type of its event. */
export interface DiagramStep {
  readonly event: string;
  /** The state before, as a path. */
  readonly from: string;
  /** The state after. */
  readonly to: string;
}

/**
 * Lists the states and arrows of a machine with the ids that they have in the SVG of `toDot`, so that a page can light
 * up where a machine is and which arrow it took. It is data, which JSON can carry.
 */
export function diagramParts(machine: AnyStateMachine): DiagramParts {
  const description = describeMachine(machine);
  const { arrows, elementIdOf } = drawingOf(description);
  return {
    states: description.states.map((state) => ({
      id: elementIdOf(state),
      path: state.path.join('.'),
      type: state.type,
    })),
    edges: arrows.map(({ id, from, to, events, label }) => ({
      id,
      from: from.path.join('.'),
      to: to.path.join('.'),
      events,
      label,
    })),
  };
}

/**
 * Finds the arrow that a step took: that of the innermost state whose source takes the event and leads to where the
 * step ended. Guards are not known here: of arrows that differ in their guards alone it is the first.
 *
 * @returns `undefined` if there is none, as for an event that has only effects, one that is not taken, and one that is
 *   followed by `always`.
 */
export function edgeOf({ edges }: Pick<DiagramParts, 'edges'>, step: DiagramStep): DiagramEdge | undefined {
  const fitting = edges.flatMap((edge) => {
    const events = edge.events.filter((event) => takes(event, step.event));
    const isFitting = events.length > 0 && isWithin(step.from, edge.from) && isWithin(step.to, edge.to);
    // The event itself is closer than a pattern, and a longer pattern than a shorter one.
    const closeness = Math.max(...events.map((event) => (event === step.event ? EXACT : event.length)));
    return isFitting ? { edge, rank: [edge.from.length, closeness, edge.to.length] } : [];
  });
  const [best] = fitting.toSorted((a, b) => compare(b.rank, a.rank));
  return best?.edge;
}

const EXACT = Number.MAX_SAFE_INTEGER;

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

const isWithin = (path: string, outer: string): boolean =>
  outer === '' || path === outer || path.startsWith(`${outer}.`);
