import type { AnyStateMachine } from 'xstate';
import { checkObject, readOptions } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { nameOf, wrongOption } from '../../transport/wrong-option.js';
import { memberOf } from './data.js';
import { describeMachine } from './describe.js';
import type {
  ActionDescription,
  MachineDescription,
  StateDescription,
  TransitionDescription,
  ValueDescription,
} from './description.js';
import { actionLabel, guardName } from './label.js';
import {
  type ConditionContext,
  conditionOf,
  expressionOf,
  ownOf,
  scxmlEvent,
  scxmlName,
  staysInside,
} from './scxml-condition.js';

/** What SCXML cannot take from a machine's functions. */
export interface ScxmlOptions {
  /**
   * Guards by name, each as an expression of ECMAScript: `{ isReady: '_event.data.ready' }`. A guard without one is a
   * member of the datum `guards`, which is `true`. Default none.
   */
  readonly guards?: Readonly<Record<string, string>>;
  /** Delays by name, in milliseconds, in place of the machine's own. Default: those of its delays that are numbers. */
  readonly delays?: Readonly<Record<string, number>>;
}

interface Sheet extends ConditionContext {
  readonly delays: Readonly<Record<string, number>>;
}

/**
 * Writes a machine as SCXML 1.0 with ECMAScript as its data model. An interpreter takes the steps that XState takes.
 *
 * Events that the machine raises are raised, delays are sent and cancelled, `stateIn` is `In`. What only a function
 * knows is logged by its name: actions, assignments, invoked actors. The end of an actor comes as its event in XState,
 * `xstate.done.actor.<id>`; so does a delay whose length is not known, `xstate.after.<name>.<state>`. In names of
 * events a space is written as `_x20_`.
 *
 * @throws {OptionError} for options of the wrong form.
 */
export function toScxml(machine: AnyStateMachine, options: ScxmlOptions = {}): string {
  const { guards, delays } = resolveScxml(options);
  const description = describeMachine(machine);
  const { root, states } = description;
  const transitions = states.flatMap((state) => state.transitions);
  const sheet: Sheet = {
    guards,
    delays: { ...description.delays, ...delays },
    byId: new Map(states.map((state) => [state.id, state])),
    events: [...transitions.map(scxmlEvent), ...states.flatMap(raisedBy)],
  };
  const isBare =
    root.type === 'compound' && !doesSomething(root) && root.states.every(({ type }) => type !== 'history');
  const initial = isBare ? root.initial?.target : root.id;
  const xmlns = attribute('xmlns', 'http://www.w3.org/2005/07/scxml');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<scxml${xmlns} version="1.0" datamodel="ecmascript"${attribute('initial', initial)}>`,
    ...indented(guardData(description, sheet)),
    ...indented(isBare ? root.states.flatMap((state) => stateRows(state, sheet)) : wrapped(root, sheet)),
    '</scxml>',
    '',
  ].join('\n');
}

function resolveScxml(given: ScxmlOptions): Required<ScxmlOptions> {
  const { guards = {}, delays = {} } = readOptions(given, ['guards', 'delays'], 'toScxml');
  checkMembers(guards, 'guards', 'string', 'an expression of ECMAScript');
  checkMembers(delays, 'delays', 'number', 'a number of milliseconds');
  return { guards, delays };
}

function checkMembers(given: object, option: string, type: string, what: string): void {
  const where = nameOf('toScxml', option);
  checkObject(given, where);
  for (const [name, value] of Object.entries(given))
    if (typeof value !== type) throw wrongOption(nameOf(where, name), `is ${show(value)}; it must be ${what}`);
}

function doesSomething(root: StateDescription): boolean {
  const { entry, exit, transitions, invokes, initial } = root;
  return entry.length + exit.length + transitions.length + invokes.length + (initial?.actions.length ?? 0) > 0;
}

/** A root that does something is a state of its own; beside it stand the ends of the machine. */
function wrapped(root: StateDescription, sheet: Sheet): string[] {
  if (root.type === 'parallel') {
    let end = `${root.id}_end`;
    while (sheet.byId.has(end)) end += '_';
    const done = `<transition event="done.state.${root.id}" target="${end}"/>`;
    return [...stateRows(root, sheet, [done]), `<final id="${end}"/>`];
  }
  const isEnd = (state: StateDescription): boolean => state.type === 'final' && state.id !== root.initial?.target;
  const inner = { ...root, states: root.states.filter((state) => !isEnd(state)) };
  return [...stateRows(inner, sheet), ...root.states.filter(isEnd).flatMap((state) => stateRows(state, sheet))];
}

const TAGS = { atomic: 'state', compound: 'state', parallel: 'parallel', final: 'final', history: 'history' } as const;

function stateRows(state: StateDescription, sheet: Sheet, more: readonly string[] = []): string[] {
  const tag = TAGS[state.type];
  const { initial } = state;
  const hasInitialActions = (initial?.actions.length ?? 0) > 0;
  const attributes =
    attribute('id', state.id) +
    attribute('initial', hasInitialActions ? undefined : initial?.target) +
    attribute('type', state.history);
  const rows = [
    ...(hasInitialActions && initial !== undefined
      ? element('initial', '', element('transition', attribute('target', initial.target), actionRows(initial.actions)))
      : []),
    ...(state.type === 'history' ? element('transition', attribute('target', state.historyTargets.join(' ')), []) : []),
    ...block('onentry', [
      ...state.invokes.map(({ id, src }) => log('invoke', src === id ? id : `${id} (${src})`)),
      ...actionRows(state.entry),
      ...state.delays.flatMap(({ delay, event }) => {
        const ms = typeof delay === 'number' ? delay : ownOf(sheet.delays, delay);
        return ms === undefined || !Number.isFinite(ms) ? [] : [sendRow(event, event, ms)];
      }),
    ]),
    ...block('onexit', [
      ...actionRows(state.exit),
      ...state.delays.map(({ event }) => `<cancel${attribute('sendid', scxmlName(event))}/>`),
    ]),
    ...more,
    // A final state takes no more events.
    ...(state.type === 'final' ? [] : state.transitions.flatMap((given) => transitionRows(given, state, sheet))),
    ...state.states.flatMap((inner) => stateRows(inner, sheet)),
    ...donedata(state),
  ];
  return element(tag, attributes, rows);
}

function transitionRows(transition: TransitionDescription, state: StateDescription, sheet: Sheet): string[] {
  const { targets = [], reenter, trigger } = transition;
  const isSelf = !reenter && state.type === 'compound' && targets.length === 1 && targets[0] === state.id;
  // A transition to the state itself that does not leave it begins again inside.
  const { target = '', actions: first = [] } = isSelf ? (state.initial ?? {}) : {};
  const ids = staysInside(transition, state) ? [] : isSelf ? [target] : targets;
  const isInternal = !reenter && state.type === 'compound' && ids.every((id) => isBelow(id, state));
  const attributes =
    attribute('event', trigger.kind === 'always' ? undefined : scxmlEvent(transition)) +
    attribute('cond', conditionOf(transition, sheet)) +
    attribute('type', isInternal && ids.length > 0 ? 'internal' : undefined) +
    attribute('target', ids.length === 0 ? undefined : ids.join(' '));
  return element('transition', attributes, actionRows([...transition.actions, ...first]));
}

const isBelow = (id: string, state: StateDescription): boolean =>
  state.states.some((inner) => inner.id === id || isBelow(id, inner));

function guardData({ states }: MachineDescription, sheet: Sheet): string[] {
  const names = states.flatMap((state) => state.transitions.flatMap(({ guard }) => (guard ? namesIn(guard) : [])));
  const open = [...new Set(names)].filter((name) => ownOf(sheet.guards, name) === undefined);
  if (open.length === 0) return [];
  const expression = `({ ${open.map((name) => `${expressionOf(name)}: true`).join(', ')} })`;
  return element('datamodel', '', [`<data id="guards"${attribute('expr', expression)}/>`]);
}

function namesIn(guard: NonNullable<TransitionDescription['guard']>): string[] {
  if (guard.kind === 'stateIn') return [];
  return guard.kind === 'named' || guard.kind === 'inline' ? [guardName(guard)] : guard.guards.flatMap(namesIn);
}

/** The events that a state's own actions raise, as written in SCXML. */
function raisedBy(state: StateDescription): string[] {
  const { entry, exit, transitions, initial } = state;
  const actions = [entry, exit, initial?.actions ?? [], ...transitions.map((transition) => transition.actions)].flat();
  return actions.flatMap((action) => {
    const event = raised(action);
    return event === undefined ? [] : scxmlName(event.type);
  });
}

/** The event that an action raises, if the source says which, and when. */
function raised(action: ActionDescription): { type: string; id: string | undefined; ms: number } | undefined {
  const { event, id, delay } = action.parts;
  const type = event?.isStatic === true ? memberOf(event.value, 'type') : undefined;
  const ms = delay?.value ?? 0;
  if (action.kind !== 'raise' || typeof type !== 'string' || typeof ms !== 'number' || !Number.isFinite(ms))
    return undefined;
  return { type, id: typeof id?.value === 'string' ? id.value : undefined, ms };
}

function actionRows(actions: readonly ActionDescription[]): string[] {
  return actions.map((action) => {
    const event = raised(action);
    if (event !== undefined && event.ms === 0) return `<raise${attribute('event', scxmlName(event.type))}/>`;
    if (event !== undefined) return sendRow(event.type, event.id, event.ms);
    const sendId: ValueDescription | undefined = action.parts['sendId'];
    if (action.kind === 'cancel' && typeof sendId?.value === 'string')
      return `<cancel${attribute('sendid', scxmlName(sendId.value))}/>`;
    return log('action', actionLabel(action));
  });
}

function sendRow(event: string, id: string | undefined, ms: number): string {
  const sendId = attribute('id', id === undefined ? undefined : scxmlName(id));
  const delay = attribute('delay', `${Math.max(0, Math.round(ms))}ms`);
  return `<send${attribute('event', scxmlName(event))}${sendId}${delay}/>`;
}

const log = (label: string, text: string): string =>
  `<log${attribute('label', label)}${attribute('expr', expressionOf(text))}/>`;

function donedata({ type, output }: StateDescription): string[] {
  if (type !== 'final' || output?.isStatic !== true) return [];
  return element('donedata', '', [`<content${attribute('expr', expressionOf(output.value))}/>`]);
}

const block = (tag: string, rows: readonly string[]): string[] => (rows.length === 0 ? [] : element(tag, '', rows));

function element(tag: string, attributes: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [`<${tag}${attributes}/>`] : [`<${tag}${attributes}>`, ...indented(rows), `</${tag}>`];
}

const indented = (rows: readonly string[]): string[] => rows.map((row) => `  ${row}`);

/** An attribute; nothing where there is no value. Characters that XML cannot carry are replaced. */
function attribute(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  const safe = value
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll(/[&<>"\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return ` ${name}="${safe}"`;
}
