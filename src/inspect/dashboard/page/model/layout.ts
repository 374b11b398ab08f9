import type { MachineName } from '../../protocol/overview.js';

/** The machines, laid out when the package is built: scripts/lay-out-diagrams.mjs. */
export type Layouts = Readonly<Record<MachineName, { readonly tall: Layout; readonly wide: Layout }>>;

/** One machine as a picture, in SVG's units. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Where the machine begins: a dot, and its arrow to the initial state. */
  readonly start: Line & { readonly x: number; readonly y: number };
  /** A state with states inside stands before them. */
  readonly states: readonly StateBox[];
  readonly routes: readonly RouteLine[];
}

/** An arrow as the data of two SVG paths. */
interface Line {
  readonly line: string;
  readonly head: string;
}

export interface StateBox {
  readonly path: string;
  readonly name: string;
  readonly kind: 'atomic' | 'compound' | 'final';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Where the name of a state with states inside begins, on its line. */
  readonly label?: { readonly x: number; readonly y: number };
}

/** One arrow, with the steps that lead along it. */
export interface RouteLine extends Line {
  readonly from: string;
  readonly to: string;
  readonly steps: readonly { readonly event: string; readonly effects: readonly string[] }[];
  readonly label: { readonly x: number; readonly y: number; readonly width: number };
}

/** Identifies a step among all steps of a machine. */
export function edgeId(from: string, event: string, to: string): string {
  return `${from}>${event}>${to}`;
}
