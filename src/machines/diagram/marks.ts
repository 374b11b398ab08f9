import { checkObject, readOptions } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { nameOf, wrongOption } from '../../transport/wrong-option.js';
import type { StateDescription, TransitionDescription } from './description.js';

/** Options of a drawing. */
export interface DiagramOptions {
  /** What is drawn beside the machine itself, such as what tests have covered. Default none. */
  readonly marks?: DiagramMarks;
}

/**
 * Marks of states and transitions: a mark is a word, such as `covered`, and has a style. Transitions with different
 * marks have arrows of their own.
 */
export interface DiagramMarks {
  /**
   * Returns the mark of a state, or `undefined` for none.
   *
   * @param path the keys from the outside in, such as `closing.awaitingPeer`; empty for the machine itself.
   */
  readonly state?: (path: string) => string | undefined;
  /** Returns the mark of a transition, or `undefined` for none. */
  readonly transition?: (transition: MarkedTransition) => string | undefined;
  /**
   * How each mark is drawn. Default: `covered` green with ✓, `partly` yellow with ~, `missed` red with ✗. Other marks
   * need a style.
   */
  readonly styles?: Readonly<Record<string, MarkStyle>>;
}

/** One transition of a machine, as `DiagramMarks.transition` is given it. */
export interface MarkedTransition {
  /** The path of the state whose source has the transition; empty for the machine itself. */
  readonly source: string;
  /** The event's type or pattern in XState: `go`, `*`, `xstate.after.100.lamp.on`; empty for `always`. */
  readonly event: string;
  /** Its place among the transitions of that state for that event, from 0: guards make several. */
  readonly index: number;
  /** The paths of its targets; `undefined` where no state is left. */
  readonly targets: readonly string[] | undefined;
}

/** How a mark is drawn. */
export interface MarkStyle {
  /** Of borders and arrows: `#rgb`, `#rrggbb`, or a name such as `green`. */
  readonly color: string;
  /** Of the inside of a state, in the same form. Text is black. */
  readonly fill: string;
  /** Before the name of a state and the label of a transition, for readers who see no colours. Default none. */
  readonly sign?: string;
}

const STYLES: Readonly<Record<string, MarkStyle>> = {
  covered: { color: '#1a7f37', fill: '#dafbe1', sign: '✓' },
  partly: { color: '#9a6700', fill: '#fff8c5', sign: '~' },
  missed: { color: '#cf222e', fill: '#ffebe9', sign: '✗' },
};

/** A mark with its style. */
export interface Mark extends MarkStyle {
  readonly name: string;
}

/** The marks of one machine. */
export interface Marks {
  readonly ofState: (state: StateDescription) => Mark | undefined;
  readonly ofTransition: (transition: TransitionDescription) => Mark | undefined;
}

/**
 * Reads the options of a drawing.
 *
 * @param call the exporter's name, for messages.
 * @throws {OptionError} for options of the wrong form. The functions returned throw it for a mark that is no word, or
 *   has no style.
 */
export function readMarks(options: DiagramOptions, call: string, states: readonly StateDescription[]): Marks {
  const where = nameOf(call, 'marks');
  const given: DiagramMarks = readOptions(options, ['marks'], call).marks ?? {};
  const { state, transition, styles = {} } = readOptions(given, ['state', 'transition', 'styles'], where);
  for (const [name, value] of Object.entries({ state, transition }))
    if (value !== undefined && typeof value !== 'function')
      throw wrongOption(nameOf(where, name), `is ${show(value)}; it must be a function`);
  checkObject(styles, nameOf(where, 'styles'));
  const known = new Map(Object.entries({ ...STYLES, ...styles }).map(([name, style]) => [name, read(name, style)]));
  const pathOf = new Map(states.map(({ id, path }) => [id, path.join('.')]));
  const markOf = (name: string | undefined): Mark | undefined => {
    if (name === undefined) return undefined;
    const mark = known.get(name);
    if (mark !== undefined) return mark;
    throw wrongOption(where, `gave the mark ${show(name)}, which has no style; marks.styles must have one for it`);
  };
  return {
    ofState: ({ path }) => markOf(state?.(path.join('.'))),
    ofTransition: ({ source, event, index, targets }) =>
      markOf(
        transition?.({
          source: pathOf.get(source) ?? '',
          event,
          index,
          targets: targets?.map((target) => pathOf.get(target) ?? ''),
        }),
      ),
  };

  function read(name: string, style: unknown): Mark {
    const place = nameOf(nameOf(where, 'styles'), name);
    if (!/^[A-Za-z][\w-]*$/.test(name))
      throw wrongOption(nameOf(where, 'styles'), `has the mark ${show(name)}; a mark must be a word of letters`);
    checkObject(style, place);
    const { color, fill, sign = '' } = style;
    for (const [key, value] of Object.entries({ color, fill }))
      if (typeof value !== 'string' || !/^(?:#[\da-f]{3}|#[\da-f]{6}|[a-z]+)$/i.test(value))
        throw wrongOption(nameOf(place, key), `is ${show(value)}; it must be #rgb, #rrggbb, or the name of a colour`);
    if (typeof sign !== 'string') throw wrongOption(nameOf(place, 'sign'), `is ${show(sign)}; it must be a string`);
    return { name, color: String(color), fill: String(fill), sign };
  }
}
