import { memberOf } from './data.js';
import type {
  ActionDescription,
  GuardDescription,
  StateDescription,
  TransitionDescription,
  ValueDescription,
} from './description.js';

/** `event [guard] / action, action`; every part only where there is one. Several events may share a label. */
export function transitionLabel(transitions: readonly TransitionDescription[]): string {
  const [first] = transitions;
  if (first === undefined) return '';
  const events = transitions.map(eventLabel).join(', ');
  const guard = first.guard === undefined ? '' : ` [${guardLabel(first.guard)}]`;
  const reenter = first.reenter ? ' (reenter)' : '';
  const effects = first.actions.length === 0 ? '' : ` / ${actionsLabel(first.actions)}`;
  const ignored = first.targets === undefined && first.actions.length === 0 ? ' (ignored)' : '';
  return `${events}${guard}${reenter}${effects}${ignored}`;
}

/** What sets a transition off, as one reads it: `after 100 ms`, `done(child)`. */
function eventLabel({ trigger, event }: TransitionDescription): string {
  switch (trigger.kind) {
    case 'event':
      return event;
    case 'always':
      return 'always';
    case 'done':
      return 'done';
    case 'route':
      return `route(${trigger.id})`;
    case 'after':
      return typeof trigger.delay === 'number' ? `after ${trigger.delay} ms` : `after ${trigger.delay}`;
    default:
      return `${trigger.kind.replace('actor-', '')}(${trigger.invoke})`;
  }
}

export function guardLabel(guard: GuardDescription): string {
  switch (guard.kind) {
    case 'not':
      return `not ${guard.guards.map(innerGuardLabel).join('')}`;
    case 'and':
    case 'or':
      return guard.guards.map(innerGuardLabel).join(` ${guard.kind} `);
    case 'stateIn':
      return `in ${typeof guard.stateValue === 'string' ? guard.stateValue : JSON.stringify(guard.stateValue)}`;
    case 'inline':
      return functionName(guard.implementation) ?? guard.name;
    case 'named':
      return guard.name + paramsLabel(guard.params);
  }
}

/** The name by which a guard is provided: its own, or, of a combination, its text. */
export function guardName(guard: GuardDescription): string {
  if (guard.kind === 'stateIn') return guardLabel(guard);
  if (guard.kind === 'named' || guard.kind === 'inline') return guard.name;
  const inner = guard.guards.map((part) =>
    part.kind === 'and' || part.kind === 'or' ? `(${guardName(part)})` : guardName(part),
  );
  return guard.kind === 'not' ? `not ${inner.join('')}` : inner.join(` ${guard.kind} `);
}

const innerGuardLabel = (guard: GuardDescription): string =>
  guard.kind === 'and' || guard.kind === 'or' ? `(${guardLabel(guard)})` : guardLabel(guard);

export const actionsLabel = (actions: readonly ActionDescription[]): string => actions.map(actionLabel).join(', ');

export function actionLabel(action: ActionDescription): string {
  const part = (name: string): string => valueLabel(action.parts[name]);
  switch (action.kind) {
    case 'named':
      return action.name + paramsLabel(action.params);
    case 'inline':
      return functionName(action.implementation) ?? action.name;
    case 'assign':
      return `assign(${assignedLabel(action.parts['assignment']?.value)})`;
    case 'raise':
    case 'emit':
      return `${action.kind}(${part('event')})`;
    case 'sendTo':
      return `sendTo(${part('to')}, ${part('event')})`;
    case 'log':
      return `log(${[action.parts['label'], action.parts['value']].filter(Boolean).map(valueLabel).join(', ')})`;
    case 'cancel':
      return `cancel(${part('sendId')})`;
    case 'spawnChild':
      return `spawnChild(${part('src')})`;
    case 'stopChild':
      return `stopChild(${part('actorRef')})`;
    case 'enqueueActions':
      return 'enqueueActions()';
  }
}

/** Lists what a state does without leaving it: on entry, on exit, its actors, and events that have only effects. */
export function inscriptionOf(
  state: StateDescription,
  labelOf: (stay: TransitionDescription) => string = (stay) => transitionLabel([stay]),
): string[] {
  return [
    ...(state.entry.length === 0 ? [] : [`entry / ${actionsLabel(state.entry)}`]),
    ...(state.exit.length === 0 ? [] : [`exit / ${actionsLabel(state.exit)}`]),
    ...state.invokes.map(({ id, src }) => `invoke / ${src === id ? id : `${id} (${src})`}`),
    ...state.transitions.filter(({ targets }) => targets === undefined).map(labelOf),
    ...(state.output === undefined ? [] : [`output / ${valueLabel(state.output)}`]),
  ];
}

/** The names that an assignment sets. */
const assignedLabel = (assignment: unknown): string =>
  typeof assignment === 'function' ? (functionName(assignment) ?? '...') : Object.keys(Object(assignment)).join(', ');

/** A function that is written where it is used is called after its place. */
const PLACES = ['guard', 'actions', 'entry', 'exit', 'output', 'params', 'input', 'delay', 'event', 'to', 'value'];

/** `toggle` of a function that has a name of its own. */
function functionName(value: unknown): string | undefined {
  const name = memberOf(value, 'name');
  return typeof value === 'function' && typeof name === 'string' && name !== '' && !PLACES.includes(name)
    ? name
    : undefined;
}

/** Longer data is cut in a label. */
const LONGEST_VALUE = 120;

const paramsLabel = (params: ValueDescription | undefined): string =>
  params === undefined ? '' : `(${valueLabel(params)})`;

/** An event as its type, other data as JSON, a function by its name. */
function valueLabel(value: ValueDescription | undefined): string {
  if (value === undefined) return '';
  const type = memberOf(value.value, 'type');
  if (typeof value.value !== 'function' && typeof type === 'string') return type;
  if (!value.isStatic) return functionName(value.value) ?? '...';
  const text = typeof value.value === 'string' ? value.value : JSON.stringify(value.value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text;
}

/** A text on one line, in characters that XML can carry. */
export const onOneLine = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/gu, '\uFFFD');
