import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { dataOf, describeValue, isData, memberOf } from './data.js';
import { createNamer, describeAction, type Namer } from './describe-action.js';
import { describeGuard, pathOf } from './describe-guard.js';
import type {
  ActionDescription,
  DelayDescription,
  MachineDescription,
  StateDescription,
  TransitionDescription,
  TriggerDescription,
} from './description.js';
import { asTried } from './event-pattern.js';

/** What describing one state needs to know about the whole. */
interface Whole {
  readonly machine: AnyStateMachine;
  readonly nameOf: Namer;
  readonly idOf: (node: AnyStateNode) => string;
}

/**
 * Describes a machine as plain data. The same machine has the same description each time: names and ids follow the
 * order of the source.
 */
export function describeMachine(machine: AnyStateMachine): MachineDescription {
  const { actions, actors, guards, delays } = machine.implementations;
  const ids = idsOf(machine.root);
  const whole = {
    machine,
    nameOf: createNamer(new Set([actions, actors, guards].flatMap((named) => Object.keys(named)))),
    idOf: (node: AnyStateNode) => ids.get(node) ?? node.id,
  };
  const root = describeState(machine.root, whole);
  const context = memberOf(machine.config, 'context');
  return {
    id: machine.id,
    root,
    states: within(root),
    context: isData(context) ? context : undefined,
    delays: Object.fromEntries(
      Object.entries(delays).flatMap(([name, delay]) => (typeof delay === 'number' ? [[name, delay] as const] : [])),
    ),
  };
}

/** A state and everything inside it, outermost first, in the order of the source. */
export function within(state: StateDescription): StateDescription[] {
  return [state, ...state.states.flatMap(within)];
}

/** Words that mean something in one of the formats. */
const RESERVED = new Set([
  ...['as', 'class', 'classdef', 'click', 'default', 'direction', 'end', 'fork', 'hide', 'href', 'join', 'left'],
  ...['note', 'of', 'right', 'scale', 'skinparam', 'state', 'style', 'title', 'acctitle', 'accdescr', 'choice'],
  ...['digraph', 'edge', 'graph', 'node', 'strict', 'subgraph', 'statediagram', 'history', 'final', 'start'],
  ...['skin', 'legend', 'header', 'footer', 'caption', 'newpage', 'show', 'remove', 'together', 'top', 'to', 'down'],
  ...[
    'root',
    'up',
    'bottom',
    'sprite',
    'package',
    'namespace',
    'rectangle',
    'frame',
    'mainframe',
    'json',
    'concurrent',
  ],
]);

function idsOf(root: AnyStateNode): Map<AnyStateNode, string> {
  const ids = new Map<AnyStateNode, string>();
  const taken = new Set<string>();
  const give = (node: AnyStateNode): void => {
    const plain = (node.parent === undefined ? node.id : node.path.join('_')).replaceAll(/\W/g, '_');
    const isUnfit = RESERVED.has(plain.toLowerCase()) || !/^[A-Za-z]/.test(plain);
    const fit = isUnfit ? `s_${plain}` : plain;
    // Mermaid's own circles in the state `a` are `a_start` and `a_end`.
    const first = /_(?:start|end)$/i.test(fit) ? `${fit}_` : fit;
    let id = first;
    for (let count = 2; taken.has(id.toLowerCase()); count += 1) id = `${first}_${count}`;
    taken.add(id.toLowerCase());
    ids.set(node, id);
  };
  const giveInside = (node: AnyStateNode): void => {
    for (const inner of Object.values(node.states)) {
      give(inner);
      giveInside(inner);
    }
  };
  // The root comes last: a state named like the machine keeps its name.
  giveInside(root);
  give(root);
  return ids;
}

function describeState(node: AnyStateNode, whole: Whole): StateDescription {
  const delays = delaysOf(node);
  const isTimer = (action: unknown): boolean =>
    delays.some(({ event }) => memberOf(action, 'id') === event || memberOf(action, 'sendId') === event);
  const actionsOf = (actions: readonly unknown[]): ActionDescription[] =>
    actions.filter((action) => !isTimer(action)).map((action) => describeAction(action, whole.nameOf));
  const [initial] = node.type === 'compound' ? node.initial.target : [];
  return {
    id: whole.idOf(node),
    xstateId: node.id,
    hasOwnId: memberOf(node.config, 'id') !== undefined && node.parent !== undefined,
    name: node.key,
    path: node.path,
    type: node.type,
    history: node.type !== 'history' ? undefined : node.history === 'deep' ? 'deep' : 'shallow',
    historyTargets: historyTargetsOf(node).map(whole.idOf),
    hasHistoryTarget: node.type === 'history' && memberOf(node.config, 'target') !== undefined,
    initial:
      initial === undefined ? undefined : { target: whole.idOf(initial), actions: actionsOf(node.initial.actions) },
    entry: actionsOf(node.entry),
    exit: actionsOf(node.exit),
    invokes: node.invoke.map(({ id, src, input, systemId }) => ({
      id,
      systemId,
      src: typeof src !== 'string' || src.startsWith('xstate.invoke.') ? whole.nameOf('actor') : src,
      input: describeValue(input),
    })),
    delays,
    transitions: transitionsOf(node, whole),
    tags: node.tags,
    description: node.description,
    meta: dataOf(node.meta),
    output: describeValue(node.output),
    states: Object.values(node.states).map((inner) => describeState(inner, whole)),
  };
}

function delaysOf(node: AnyStateNode): DelayDescription[] {
  const delays = new Map(node.after.map(({ delay, eventType }) => [eventType, delay]));
  return [...delays].map(([event, delay]) => ({ event, delay: typeof delay === 'number' ? delay : String(delay) }));
}

/** A history state without a target leads to where its parent begins. */
function historyTargetsOf(node: AnyStateNode): AnyStateNode[] {
  const { parent } = node;
  if (node.type !== 'history' || parent === undefined) return [];
  const target = memberOf(node.config, 'target');
  if (target === undefined) return parent.type === 'parallel' ? regionsOf(parent) : [...parent.initial.target];
  const targets: readonly unknown[] = Array.isArray(target) ? target : [target];
  return targets.flatMap((name) => {
    const text = String(name);
    if (text.startsWith('#')) return [node.machine.getStateNodeById(text)];
    const found = pathOf(text).reduce<AnyStateNode | undefined>((at, key) => at?.states[key], parent);
    return found ?? [];
  });
}

function regionsOf(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states).filter(({ type }) => type !== 'history');
}

/** A transition as XState holds it. */
type Definition = NonNullable<AnyStateNode['always']>[number];

function transitionsOf(node: AnyStateNode, whole: Whole): TransitionDescription[] {
  const ordered = asTried(node.transitions.keys()).map((event) => node.transitions.get(event) ?? []);
  return [node.always ?? [], ...ordered].flatMap((definitions) =>
    definitions.map((definition, index) => describeTransition(node, definition, index, whole)),
  );
}

function describeTransition(
  node: AnyStateNode,
  definition: Definition,
  index: number,
  whole: Whole,
): TransitionDescription {
  const { guard, target, reenter, actions, eventType, description } = definition;
  const trigger = triggerOf(node, definition);
  // XState adds a guard of its own, that the event is meant for this state.
  const own = trigger.kind === 'route' ? memberOf(memberOf(target?.[0]?.config, 'route'), 'guard') : guard;
  return {
    source: whole.idOf(node),
    trigger,
    event: eventType,
    index,
    guard: own === undefined ? undefined : describeGuard(own, whole.machine, whole.nameOf, whole.idOf),
    targets: target?.map(whole.idOf),
    reenter,
    actions: actions.map((action) => describeAction(action, whole.nameOf)),
    description,
  };
}

function triggerOf(node: AnyStateNode, { eventType, target }: Definition): TriggerDescription {
  if (eventType === '') return { kind: 'always' };
  const [routed] = target ?? [];
  if (eventType === 'xstate.route' && routed !== undefined) return { kind: 'route', id: routed.id };
  const after = node.after.find((delayed) => delayed.eventType === eventType);
  if (after !== undefined)
    return { kind: 'after', delay: typeof after.delay === 'number' ? after.delay : String(after.delay) };
  if (eventType === `xstate.done.state.${node.id}`) return { kind: 'done' };
  for (const { id } of node.invoke) {
    if (eventType === `xstate.done.actor.${id}`) return { kind: 'actor-done', invoke: id };
    if (eventType === `xstate.error.actor.${id}`) return { kind: 'actor-error', invoke: id };
    if (eventType === `xstate.snapshot.${id}`) return { kind: 'actor-snapshot', invoke: id };
  }
  return { kind: 'event' };
}
