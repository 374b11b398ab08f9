import { within } from './describe.js';
import type { GuardDescription, StateDescription, TransitionDescription } from './description.js';
import { isPattern } from './event-pattern.js';
import { guardName } from './label.js';
import { numbered } from './numbered.js';

/** What conditions need to know. */
export interface ConditionContext {
  /** Expressions of ECMAScript by the names of guards. */
  readonly guards: Readonly<Record<string, string>>;
  /** Every event of the machine, as written in SCXML. */
  readonly events: readonly string[];
  readonly byId: ReadonlyMap<string, StateDescription>;
}

/** A guard as an expression of ECMAScript: a guard without an expression is a member of `guards`. */
export function guardExpression(guard: GuardDescription, context: ConditionContext): string {
  switch (guard.kind) {
    case 'not':
      return `!${guard.guards.map((inner) => guardExpression(inner, context)).join('')}`;
    case 'and':
      return `(${guard.guards.map((inner) => guardExpression(inner, context)).join(' && ') || 'true'})`;
    case 'or':
      return `(${guard.guards.map((inner) => guardExpression(inner, context)).join(' || ') || 'false'})`;
    case 'stateIn':
      return guard.states.length === 0 ? 'false' : `(${guard.states.map(isIn).join(' && ')})`;
    default: {
      const name = guardName(guard);
      const expression = ownOf(context.guards, name);
      return expression === undefined ? `guards[${expressionOf(name)}]` : `(${expression})`;
    }
  }
}

/**
 * The condition under which SCXML takes a transition exactly when XState does; `undefined` for always. There are two
 * differences besides the guard:
 *
 * - In SCXML `a` takes `a.b` as well.
 * - XState takes no transition of a state when one inside it is taken. SCXML takes both if they are in a parallel state
 *   and one of them leaves no state.
 */
export function conditionOf(transition: TransitionDescription, context: ConditionContext): string | undefined {
  const source = context.byId.get(transition.source);
  const parts = [
    ...(isPrefix(transition, context) ? [isEvent(scxmlEvent(transition))] : []),
    ...(transition.trigger.kind === 'route' ? [`_event.data.to === ${expressionOf(`#${transition.trigger.id}`)}`] : []),
    ...(transition.guard === undefined ? [] : [guardExpression(transition.guard, context)]),
    ...(source === undefined || transition.trigger.kind === 'always' ? [] : blocks(transition, source, context)),
  ];
  return parts.length === 0 ? undefined : parts.join(' && ');
}

/** A member of a record: `constructor` is none of an empty one. */
export function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Data as an expression of ECMAScript 5, which has no place for two ends of lines that JSON leaves as they are. */
export const expressionOf = (data: unknown): string =>
  JSON.stringify(data).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

/** Whether a transition leaves no state. */
export function staysInside({ targets, reenter, source }: TransitionDescription, state: StateDescription): boolean {
  if (targets === undefined || targets.length === 0) return true;
  return !reenter && state.states.length === 0 && targets.every((target) => target === source);
}

/**
 * An event's name in SCXML, which takes letters, digits, and `.:_-` between dots: other characters stand as their
 * number, a space as `_x20_`.
 */
export function scxmlName(event: string): string {
  const hasPattern = event.endsWith('.*');
  const plain = hasPattern ? event.slice(0, -2) : event;
  const name = numbered(plain, /[^\p{L}\p{N}.:_-]|^\.|\.$|(?<=\.)\./gu);
  return hasPattern ? `${name}.*` : name;
}

export function scxmlEvent({ trigger, event, source }: TransitionDescription): string {
  if (trigger.kind === 'done') return `done.state.${source}`;
  return event === '*' ? '*' : scxmlName(event);
}

const isIn = (id: string): string => `In('${id}')`;

/** Whether SCXML would take a longer event of the machine as well: the machine knows one, or takes any by a pattern. */
function isPrefix(transition: TransitionDescription, { events }: ConditionContext): boolean {
  const name = scxmlEvent(transition);
  if (transition.trigger.kind !== 'event' || isPattern(name)) return false;
  return events.some((event) => event.startsWith(`${name}.`) || (isPattern(event) && mayShare(`${name}.*`, event)));
}

/** The expression for an event that a name or pattern takes. */
function isEvent(name: string): string {
  if (!isPattern(name)) return `_event.name === ${expressionOf(name)}`;
  return `(_event.name + '.').indexOf(${expressionOf(name.slice(0, -1))}) === 0`;
}

/** Whether a pattern takes an event, or may take one that the other takes. */
function mayShare(one: string, other: string): boolean {
  if (one === '*' || other === '*') return true;
  const [a, b] = [one, other].map((name) => (isPattern(name) ? name.slice(0, -1) : `${name}.`)) as [string, string];
  if (!isPattern(one) && !isPattern(other)) return a === b;
  if (isPattern(one) && isPattern(other)) return a.startsWith(b) || b.startsWith(a);
  return isPattern(one) ? b.startsWith(a) : a.startsWith(b);
}

/** For each transition inside that keeps this one from being taken: that it is not taken itself. */
function blocks(transition: TransitionDescription, source: StateDescription, context: ConditionContext): string[] {
  const name = scxmlEvent(transition);
  const isLoose = staysInside(transition, source);
  return inParallel(source).flatMap((state) =>
    state.transitions
      .filter(({ trigger }) => trigger.kind !== 'always')
      .filter((inner) => (isLoose || staysInside(inner, state)) && mayShare(name, scxmlEvent(inner)))
      .map((inner) => {
        const event = scxmlEvent(inner);
        const needsEvent = event !== '*' && event !== name && isPattern(name);
        const guard = inner.guard === undefined ? [] : [guardExpression(inner.guard, context)];
        return `!(${[isIn(state.id), ...(needsEvent ? [isEvent(event)] : []), ...guard].join(' && ')})`;
      }),
  );
}

/** The states inside a parallel state that is this one or inside this one. */
function inParallel(state: StateDescription): StateDescription[] {
  const outer = within(state).filter(({ type }) => type === 'parallel');
  return [...new Set(outer.flatMap((parallel) => within(parallel).slice(1)))];
}
