import type { AnyStateMachine } from 'xstate';
import { type Arrow, type Drawing, drawingOf, historyMark } from './arrows.js';
import { describeMachine, within } from './describe.js';
import type { StateDescription } from './description.js';
import { inscription } from './label.js';

/**
 * Draws a machine in the language of Graphviz: a box for each state, a cluster for each state with states inside, one
 * arrow for all events that lead the same way under the same guard with the same effects.
 *
 * The text depends on the machine alone, line by line in the order of its source.
 */
export function toDot(machine: AnyStateMachine): string {
  const description = describeMachine(machine);
  const drawing = drawingOf(description);
  const rows = [
    'compound=true',
    'newrank=true',
    'node [shape=box, style=rounded, fontname="Helvetica"]',
    'edge [fontname="Helvetica", fontsize=10]',
    ...(description.root.states.length === 0 ? [leaf(description.root)] : cluster(description.root)),
    ...drawing.arrows.map((arrow) => edge(arrow, drawing)),
  ];
  return [`digraph ${quoted(description.id)} {`, ...rows.map((row) => `  ${row}`), '}', ''].join('\n');
}

/** Clusters are no nodes: their arrows begin and end at a point inside. */
const anchor = (state: StateDescription): string => quoted(state.states.length === 0 ? state.id : `start:${state.id}`);

function cluster(state: StateDescription): string[] {
  const start = state.initial === undefined ? [] : [`${anchor(state)} -> ${startOf(state)}`];
  return [
    `subgraph ${quoted(`cluster_${state.id}`)} {`,
    `  label=${quoted([state.name, ...inscription(state)].join('\n'))}`,
    `  style=${state.type === 'parallel' ? 'dashed' : 'rounded'}`,
    `  ${anchor(state)} [shape=point, label=""]`,
    ...state.states.flatMap((inner) => (inner.states.length === 0 ? [leaf(inner)] : cluster(inner))).map(indented),
    ...start.map(indented),
    '}',
  ];
}

function startOf(state: StateDescription): string {
  const inner = state.states.find(({ id }) => id === state.initial?.target) ?? state;
  return inner.states.length === 0 ? anchor(inner) : `${anchor(inner)} [lhead=${quoted(`cluster_${inner.id}`)}]`;
}

function leaf(state: StateDescription): string {
  if (state.type === 'history') return `${quoted(state.id)} [shape=circle, label=${quoted(historyMark(state))}]`;
  const label = quoted([state.name, ...inscription(state)].join('\n'));
  return `${quoted(state.id)} [label=${label}${state.type === 'final' ? ', peripheries=2' : ''}]`;
}

/** An arrow from or to a cluster is cut at its border, unless its other end is inside. */
function edge({ from, to, label }: Arrow, { parentOf }: Drawing): string {
  const isInside = (inner: StateDescription, outer: StateDescription): boolean => within(outer).includes(inner);
  const cuts = [
    from.states.length > 0 && !isInside(to, from) ? `, ltail=${quoted(`cluster_${from.id}`)}` : '',
    to.states.length > 0 && parentOf(to) !== undefined && !isInside(from, to)
      ? `, lhead=${quoted(`cluster_${to.id}`)}`
      : '',
  ];
  return `${anchor(from)} -> ${anchor(to)} [label=${quoted(label)}${cuts.join('')}]`;
}

const indented = (row: string): string => `  ${row}`;

/** A string of Graphviz. A null character would end the text. */
const quoted = (text: string): string =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/\r\n?|\n/g, '\\n')
    .replaceAll('\0', '\uFFFD')
    .replaceAll('&', '&amp;')}"`;
