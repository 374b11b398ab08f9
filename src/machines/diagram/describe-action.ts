import { describeValue, memberOf } from './data.js';
import type { ActionDescription, BuiltInAction, ValueDescription } from './description.js';

const BUILT_IN: Readonly<Record<BuiltInAction, readonly string[]>> = {
  assign: ['assignment'],
  raise: ['event', 'id', 'delay'],
  sendTo: ['to', 'event', 'id', 'delay'],
  log: ['value', 'label'],
  emit: ['event'],
  cancel: ['sendId'],
  spawnChild: ['src', 'id', 'input'],
  stopChild: ['actorRef'],
  enqueueActions: [],
};

/** Gives names that are unique in one machine: `guard_1`, `guard_2`. */
export type Namer = (kind: string) => string;

export function createNamer(taken: ReadonlySet<string>): Namer {
  const counts = new Map<string, number>();
  return function next(kind): string {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const name = `${kind}_${count}`;
    return taken.has(name) ? next(kind) : name;
  };
}

/** Describes an action as it stands in a machine: a name, an object with a name, a function, or one of XState's own. */
export function describeAction(action: unknown, nameOf: Namer): ActionDescription {
  const type = memberOf(action, 'type');
  if (typeof action === 'string') return { ...named(action), implementation: action };
  if (typeof action !== 'function') {
    const params = memberOf(action, 'params');
    return { ...named(String(type)), params: describeValue(params), implementation: action };
  }
  const kind = typeof type === 'string' ? type.replace(/^xstate\./, '') : '';
  if (!isBuiltIn(kind)) return { ...named(nameOf('action')), kind: 'inline', implementation: action };
  const parts: Record<string, ValueDescription> = {};
  for (const part of BUILT_IN[kind]) {
    const value = describeValue(memberOf(action, part));
    if (value !== undefined) parts[part] = value;
  }
  return { kind, name: nameOf(kind), params: undefined, parts, implementation: action };
}

const named = (name: string) => ({ kind: 'named', name, params: undefined, parts: {} }) as const;

const isBuiltIn = (kind: string): kind is BuiltInAction => Object.hasOwn(BUILT_IN, kind);
