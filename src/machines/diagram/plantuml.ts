import type { AnyStateMachine } from 'xstate';
import { type Arrow, type Drawing, drawingOf, isInside } from './arrows.js';
import { describeMachine } from './describe.js';
import type { StateDescription } from './description.js';
import { onOneLine } from './label.js';
import { type DiagramOptions, type Mark, readMarks } from './marks.js';

/**
 * Draws a machine as a PlantUML state diagram: states nested as in the source, regions of parallel states side by side,
 * one arrow for all events that lead the same way under the same guard with the same effects.
 *
 * The text depends on the machine and its marks alone, line by line in the order of its source.
 *
 * @throws {OptionError} for options of the wrong form, and for a mark without a style.
 */
export function toPlantUml(machine: AnyStateMachine, options: DiagramOptions = {}): string {
  const description = describeMachine(machine);
  const { root } = description;
  const drawing = drawingOf(description, readMarks(options, 'toPlantUml', description.states));
  const hasBox =
    drawing.inscriptionOf(root).length > 0 ||
    root.states.length === 0 ||
    drawing.arrows.some(({ from }) => from === root);
  const rows = hasBox ? box(root, drawing) : body(root, drawing);
  // What crosses the border of a state stands after all states.
  const crossing = drawing.arrows.filter((arrow) => !isInside(arrow, drawing)).map(line);
  return ['@startuml', ...title(description.id), ...rows, ...crossing, '@enduml', ''].join('\n');
}

const title = (id: string): string[] => (/\S/.test(id) ? [`title ${escaped(id)}`] : []);

function box(state: StateDescription, drawing: Drawing): string[] {
  const head = `state "${escaped(drawing.nameOf(state))}" as ${state.id}${fill(drawing.markOf(state))}`;
  const text = drawing.inscriptionOf(state).map((row) => state.id + after(row));
  if (state.states.length === 0) return [head, ...text];
  return [`${head} {`, ...body(state, drawing).map((row) => `  ${row}`), '}', ...text];
}

function body(parent: StateDescription, drawing: Drawing): string[] {
  return [
    ...parent.states.flatMap((state) => box(state, drawing)),
    ...(parent.initial === undefined ? [] : [`[*] --> ${parent.initial.target}`]),
    ...drawing.arrows.filter((arrow) => drawing.parentOf(arrow.from) === parent && isInside(arrow, drawing)).map(line),
    ...parent.states.filter(({ type }) => type === 'final').map(({ id }) => `${id} --> [*]`),
  ];
}

const line = ({ from, to, label, mark }: Arrow): string =>
  `${from.id} ${mark === undefined ? '-->' : `-[${hashed(mark.color)}]->`} ${to.id}${after(label)}`;

/** The text after a colon; PlantUML refuses a colon without a text. */
const after = (text: string): string => (/\S/.test(text) ? ` : ${escaped(text)}` : '');

const fill = (mark: Mark | undefined): string =>
  mark === undefined ? '' : ` ${hashed(mark.fill)};line:${mark.color.replace('#', '')};text:black`;

/** Colours begin with `#` in PlantUML, names too. */
const hashed = (color: string): string => (color.startsWith('#') ? color : `#${color}`);

/** Text in PlantUML: what its reader takes for syntax or markup stands by its number. */
function escaped(text: string): string {
  return onOneLine(text).replaceAll(/[^\p{L}\p{M}\p{N} ,.:;()[\]*_+=?$'/-]|[*_/'=[\]-]{2,}/gu, (signs) =>
    signs.replaceAll(/./gu, (sign) => `<U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`),
  );
}
