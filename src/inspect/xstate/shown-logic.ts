import type { AnyActorLogic, AnyTransitionDefinition } from 'xstate';
import { keysOf, shapeOf } from './shape.js';

/** A part of a machine's configuration, which anybody may have written. */
type Config = Readonly<Record<string, unknown>>;

/**
 * A logic as tools may have it. It is the logic itself, except that the values written into a machine's configuration
 * are not in its `config`: the static context, and static input, output, and params. Tools send `config` to where the
 * machine is drawn. What the machine does is the same.
 */
export function shownLogic(logic: AnyActorLogic): AnyActorLogic {
  const { config } = logic as { readonly config?: unknown };
  if (!isConfig(config)) return logic;
  const own = { ...shownNode(config), ...staticValue('context', config, keysOf) };
  return Object.create(logic, { config: { value: own, enumerable: true } });
}

/**
 * A transition of a user's machine as microsteps may show it: the machine's own object, which tools compare, unless
 * params are written into it. Then it is a copy without them, and the same copy each time.
 */
export function shownTransition(transition: AnyTransitionDefinition): AnyTransitionDefinition {
  const { actions, guard }: { readonly actions: readonly unknown[]; readonly guard?: unknown } = transition;
  if (![...actions, guard].some(hasStaticParams)) return transition;
  const known = withoutStaticParams.get(transition);
  if (known !== undefined) return known;
  const shown = { actions: shownActions(actions), guard: withoutParams(guard) };
  const copy = { ...transition, ...shown, toJSON: () => ({ ...transition.toJSON(), ...shown }) };
  withoutStaticParams.set(transition, copy as AnyTransitionDefinition);
  return copy as AnyTransitionDefinition;
}

const withoutStaticParams = new WeakMap<AnyTransitionDefinition, AnyTransitionDefinition>();

const hasStaticParams = (value: unknown): boolean =>
  isConfig(value) && value['params'] !== undefined && typeof value['params'] !== 'function';

function shownNode(node: Config): Config {
  return {
    ...node,
    ...staticValue('output', node),
    ...mapped(node, 'states', (states) => eachMember(states, (state) => (isConfig(state) ? shownNode(state) : state))),
    ...mapped(node, 'on', (on) => eachMember(on, shownTransitions)),
    ...mapped(node, 'after', (after) => eachMember(after, shownTransitions)),
    ...mapped(node, 'always', shownTransitions),
    ...mapped(node, 'onDone', shownTransitions),
    ...mapped(node, 'entry', shownActions),
    ...mapped(node, 'exit', shownActions),
    ...mapped(node, 'invoke', (invoke) => eachOf(invoke, shownInvoke)),
  };
}

function shownInvoke(invoke: Config): Config {
  return {
    ...invoke,
    ...staticValue('input', invoke),
    ...mapped(invoke, 'onDone', shownTransitions),
    ...mapped(invoke, 'onError', shownTransitions),
    ...mapped(invoke, 'onSnapshot', shownTransitions),
  };
}

function shownTransitions(transitions: unknown): unknown {
  return eachOf(transitions, (transition) => ({
    ...transition,
    ...mapped(transition, 'actions', shownActions),
    ...mapped(transition, 'guard', withoutParams),
  }));
}

const shownActions = (actions: unknown): unknown => eachOf(actions, withoutParams);

const withoutParams = (value: unknown): unknown =>
  isConfig(value) ? { ...value, ...staticValue('params', value) } : value;

/** A member that was written as a value, as its shape; nothing for a function, which is code. */
function staticValue(key: string, config: Config, show: (value: unknown) => unknown = shapeOf): Config {
  const value = config[key];
  return value === undefined || typeof value === 'function' ? {} : { [key]: show(value) };
}

function mapped(config: Config, key: string, map: (value: unknown) => unknown): Config {
  return config[key] === undefined ? {} : { [key]: map(config[key]) };
}

function eachMember(config: unknown, map: (value: unknown) => unknown): unknown {
  return isConfig(config)
    ? Object.fromEntries(Object.entries(config).map(([key, value]) => [key, map(value)]))
    : config;
}

/** One object, or each object of a list. Names and functions stay as they are. */
function eachOf(value: unknown, map: (value: Config) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => (isConfig(item) ? map(item) : item));
  return isConfig(value) ? map(value) : value;
}

function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
