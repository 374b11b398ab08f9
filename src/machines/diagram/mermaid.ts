import type { AnyStateMachine } from 'xstate';
import { type Arrow, type Drawing, drawingOf, isInside } from './arrows.js';
import { describeMachine } from './describe.js';
import type { StateDescription } from './description.js';
import { onOneLine } from './label.js';
import { type DiagramOptions, readMarks } from './marks.js';

/**
 * Draws a machine as a Mermaid state diagram: states nested as in the source, one arrow for all events that lead the
 * same way under the same guard with the same effects, `event [guard] / effect` on it.
 *
 * The text depends on the machine and its marks alone, line by line in the order of its source, so that it can be
 * compared. A marked state has the class `mark_<mark>`; Mermaid has no colours for the arrows of state diagrams, so a
 * marked transition has the sign of its mark alone.
 *
 * @throws {OptionError} for options of the wrong form, and for a mark without a style.
 */
export function toMermaid(machine: AnyStateMachine, options: DiagramOptions = {}): string {
  const description = describeMachine(machine);
  const { root } = description;
  const drawing = drawingOf(description, readMarks(options, 'toMermaid', description.states));
  const sheet = { ...drawing, arrows: drawing.arrows.map((arrow) => ({ ...arrow, to: entryOf(arrow.to, drawing) })) };
  // The root of its own has no box, unless it does something itself.
  const hasBox =
    root.states.length === 0 ||
    drawing.inscriptionOf(root).length > 0 ||
    root.type === 'parallel' ||
    sheet.arrows.some(({ from }) => from === root);
  const rows = hasBox ? box(root, sheet) : body(root, sheet);
  // An arrow that crosses the border of a composite state is drawn outside: inside, Mermaid would make a new state of
  // its target.
  const crossing = sheet.arrows.filter((arrow) => !isInside(arrow, sheet)).map(line);
  const classes = classRows(hasBox ? description.states : description.states.slice(1), drawing);
  return ['stateDiagram-v2', ...[...rows, ...crossing, ...classes].map((text) => `  ${text}`), ''].join('\n');
}

/**
 * Where an arrow to a composite state ends. Mermaid fails to lay out some diagrams in which arrows end at the outer
 * box.
 */
function entryOf(state: StateDescription, drawing: Drawing): StateDescription {
  const inner = drawing.byId.get(state.initial?.target ?? '');
  return inner === undefined ? state : entryOf(inner, drawing);
}

const line = ({ from, to, label }: Arrow): string => `${from.id} --> ${to.id}: ${escaped(label)}`;

/**
 * A state's box with its inscription; a composite state has that in a note, since Mermaid's boxes of boxes take no
 * text.
 */
function box(state: StateDescription, drawing: Drawing): string[] {
  const { id } = state;
  const head = `state "${escaped(drawing.nameOf(state))}" as ${id}`;
  const text = drawing.inscriptionOf(state).map(escaped);
  if (state.states.length === 0) return [head, ...text.map((row) => `${id}: ${row}`)];
  const note = text.length === 0 ? [] : [`note right of ${id}`, ...text.map((row) => `  ${row}`), 'end note'];
  return [`${head} {`, ...body(state, drawing).map((row) => `  ${row}`), '}', ...note];
}

function body(parent: StateDescription, drawing: Drawing): string[] {
  const boxes = parent.states.map((state) => box(state, drawing));
  return [
    ...boxes.flatMap((rows, index) => (parent.type === 'parallel' && index > 0 ? ['--', ...rows] : rows)),
    ...(parent.initial === undefined ? [] : [`[*] --> ${parent.initial.target}`]),
    ...drawing.arrows.filter((arrow) => drawing.parentOf(arrow.from) === parent && isInside(arrow, drawing)).map(line),
    ...parent.states.filter(({ type }) => type === 'final').map(({ id }) => `${id} --> [*]`),
  ];
}

/** The classes of marked states, and what they look like. */
function classRows(states: readonly StateDescription[], { markOf }: Drawing): string[] {
  const marked = states.flatMap((state) => {
    const mark = markOf(state);
    return mark === undefined ? [] : [{ id: state.id, mark }];
  });
  const marks = new Map(marked.map(({ mark }) => [mark.name, mark]));
  return [
    ...[...marks.values()].map(
      ({ name, fill, color }) => `classDef mark_${name} fill:${fill},stroke:${color},color:black`,
    ),
    ...marked.map(({ id, mark }) => `class ${id} mark_${mark.name}`),
  ];
}

/** Text in Mermaid: what its reader takes for syntax stands as an entity, `#58;` for a colon. */
function escaped(text: string): string {
  return onOneLine(text)
    .replaceAll(/[^\p{L}\p{M}\p{N} ,./()[\]*_+=!?@$&'|^-]/gu, (sign) => `#${sign.codePointAt(0) ?? 0};`)
    .replaceAll(
      /--+|^\*|\bend(?= note)|direction(?= (?:TB|BT|RL|LR))|\[\*\]|\[\[/gi,
      (sign) => `#${sign.charCodeAt(0)};${sign.slice(1)}`,
    );
}
