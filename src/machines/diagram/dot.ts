import type { AnyStateMachine } from 'xstate';
import { type Arrow, type Drawing, drawingOf, historyMark } from './arrows.js';
import { describeMachine, within } from './describe.js';
import type { StateDescription } from './description.js';
import { type DiagramOptions, type Mark, readMarks } from './marks.js';

/**
 * Draws a machine in the language of Graphviz: a box for each state, a cluster for each state with states inside, one
 * arrow for all events that lead the same way under the same guard with the same effects.
 *
 * Elements have ids, which Graphviz writes into the SVG, so that a page can find them (`diagramParts` lists them):
 *
 * - `state-<path>`: a state, also one with states inside, such as `state-closing.awaitingPeer`. The machine itself is
 *   `state-`.
 * - `edge-<path>--<event>--<path>`: an arrow, by the state whose source has the transition, the first of the arrow's
 *   events, and the target, such as `edge-open--close--closing.awaitingPeer`. The event of `always` is `always`, that
 *   of an arrow from a history state `default`.
 * - `start-<path>` and `initial-<path>`: the point at which a state with states inside begins, and the arrow from it.
 *
 * In an id a character other than a letter, a digit, or one of `._:*-` stands as its number, a space as `_x20_`; so do
 * a dot in the key of a state, a hyphen beside another one or at an end, and `_` before what reads as a number. Of two
 * transitions with the same three parts the second has `--2` at its end. Ids are the same with marks as without; a
 * marked element has the class `mark_<mark>`.
 *
 * The text depends on the machine and its marks alone, line by line in the order of its source.
 *
 * @throws {OptionError} for options of the wrong form, and for a mark without a style.
 */
export function toDot(machine: AnyStateMachine, options: DiagramOptions = {}): string {
  const description = describeMachine(machine);
  const drawing = drawingOf(description, readMarks(options, 'toDot', description.states));
  const rows = [
    'compound=true',
    'newrank=true',
    'node [shape=box, style=rounded, fontname="Helvetica"]',
    'edge [fontname="Helvetica", fontsize=10]',
    ...(description.root.states.length === 0 ? [leaf(description.root, drawing)] : cluster(description.root, drawing)),
    ...drawing.arrows.map((arrow) => edge(arrow, drawing)),
  ];
  return [`digraph ${quoted(description.id)} {`, ...rows.map((row) => `  ${row}`), '}', ''].join('\n');
}

/** Clusters are no nodes: their arrows begin and end at a point inside. */
const anchor = (state: StateDescription): string => quoted(state.states.length === 0 ? state.id : `start:${state.id}`);

function cluster(state: StateDescription, drawing: Drawing): string[] {
  const mark = drawing.markOf(state);
  const line = state.type === 'parallel' ? 'dashed' : 'rounded';
  const id = drawing.elementIdOf(state);
  const start = state.initial === undefined ? [] : [`${anchor(state)} -> ${startOf(state, rest(id, 'initial'))}`];
  return [
    `subgraph ${quoted(`cluster_${state.id}`)} {`,
    `  id=${quoted(id)}`,
    `  label=${labelOf(state, drawing)}`,
    `  style=${mark === undefined ? line : `"${line},filled"`}`,
    ...paint(mark).map(indented),
    `  ${anchor(state)} [id=${quoted(rest(id, 'start'))}, shape=point, label=""]`,
    ...state.states
      .flatMap((inner) => (inner.states.length === 0 ? [leaf(inner, drawing)] : cluster(inner, drawing)))
      .map(indented),
    ...start.map(indented),
    '}',
  ];
}

/** `start-open` for `state-open`. */
const rest = (elementId: string, kind: string): string => elementId.replace(/^state/, kind);

const labelOf = (state: StateDescription, drawing: Drawing): string =>
  quoted([drawing.nameOf(state), ...drawing.inscriptionOf(state)].join('\n'));

/** The attributes of a marked state. */
const paint = (mark: Mark | undefined): string[] =>
  mark === undefined
    ? []
    : [`class="mark_${mark.name}"`, `color="${mark.color}"`, `fillcolor="${mark.fill}"`, 'fontcolor="black"'];

function startOf(state: StateDescription, id: string): string {
  const inner = state.states.find(({ id: own }) => own === state.initial?.target) ?? state;
  const cut = inner.states.length === 0 ? '' : `, lhead=${quoted(`cluster_${inner.id}`)}`;
  return `${anchor(inner)} [id=${quoted(id)}${cut}]`;
}

function leaf(state: StateDescription, drawing: Drawing): string {
  const mark = drawing.markOf(state);
  const shape =
    state.type === 'history'
      ? ['shape=circle', `label=${quoted(historyMark(state))}`]
      : [`label=${labelOf(state, drawing)}`];
  const attributes = [
    `id=${quoted(drawing.elementIdOf(state))}`,
    ...shape,
    ...(state.type === 'final' ? ['peripheries=2'] : []),
    ...(mark === undefined ? [] : ['style="rounded,filled"', ...paint(mark)]),
  ];
  return `${quoted(state.id)} [${attributes.join(', ')}]`;
}

/** An arrow from or to a cluster is cut at its border, unless its other end is inside. */
function edge({ id, from, to, label, mark }: Arrow, { parentOf }: Drawing): string {
  const isInside = (inner: StateDescription, outer: StateDescription): boolean => within(outer).includes(inner);
  const cuts = [
    from.states.length > 0 && !isInside(to, from) ? `, ltail=${quoted(`cluster_${from.id}`)}` : '',
    to.states.length > 0 && parentOf(to) !== undefined && !isInside(from, to)
      ? `, lhead=${quoted(`cluster_${to.id}`)}`
      : '',
  ];
  const look =
    mark === undefined ? '' : `, class="mark_${mark.name}", color="${mark.color}", fontcolor="${mark.color}"`;
  return `${anchor(from)} -> ${anchor(to)} [id=${quoted(id)}, label=${quoted(label)}${cuts.join('')}${look}]`;
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
