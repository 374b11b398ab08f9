import type { AnyStateMachine, AnyStateNode, StateValue } from 'xstate';
import { describeValue, memberOf } from './data.js';
import type { Namer } from './describe-action.js';
import type { GuardDescription } from './description.js';

/** XState's combinations are functions with these names, whose guards are a member; so are those of another copy. */
const COMBINATIONS = ['and', 'or', 'not'] as const;

/** Describes a guard: a name, an object with a name, a function, or a combination of such. */
export function describeGuard(
  guard: unknown,
  machine: AnyStateMachine,
  nameOf: Namer,
  idOf: (node: AnyStateNode) => string,
): GuardDescription {
  if (typeof guard === 'string') return { kind: 'named', name: guard, params: undefined, implementation: guard };
  if (typeof guard !== 'function') {
    const params = describeValue(memberOf(guard, 'params'));
    return { kind: 'named', name: String(memberOf(guard, 'type')), params, implementation: guard };
  }
  const stateValue = memberOf(guard, 'stateValue');
  if (stateValue !== undefined)
    return { kind: 'stateIn', stateValue, states: nodesOf(stateValue as StateValue, machine).map(idOf) };
  const guards = memberOf(guard, 'guards');
  const kind = COMBINATIONS.find((name) => guard.name === name);
  if (kind === undefined || !Array.isArray(guards))
    return { kind: 'inline', name: nameOf('guard'), params: undefined, implementation: guard };
  return { kind, guards: guards.map((inner) => describeGuard(inner, machine, nameOf, idOf)) };
}

/** The innermost states that a state value names. */
function nodesOf(value: StateValue, machine: AnyStateMachine): AnyStateNode[] {
  if (typeof value === 'string' && value.startsWith('#')) return [machine.getStateNodeById(value)];
  return nodesIn(machine.root, value);
}

function nodesIn(node: AnyStateNode, value: StateValue | undefined): AnyStateNode[] {
  if (typeof value === 'string') return nodesAt(node, pathOf(value));
  const inner = Object.entries(value ?? {});
  if (inner.length === 0) return [node];
  return inner.flatMap(([key, below]) => nodesAt(node, [key]).flatMap((state) => nodesIn(state, below)));
}

/** None when the path leads nowhere: the guard never holds then. */
function nodesAt(node: AnyStateNode, path: readonly string[]): AnyStateNode[] {
  const found = path.reduce<AnyStateNode | undefined>((at, key) => at?.states[key], node);
  return found === undefined ? [] : [found];
}

/** The keys of a path such as `a.b`; a backslash takes the next character as it is. */
export function pathOf(text: string): string[] {
  const keys = text.match(/(?:\\.|[^.\\])+/gs) ?? [];
  return keys.map((key) => key.replaceAll(/\\(.)/gs, '$1'));
}
