import type {
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
} from 'xstate';
import { asTried, takes } from '../../machines/diagram/event-pattern.js';

/** Every state of a machine in the order of its source, without the root and without history states. */
export const statesOf = (machine: AnyStateMachine): AnyStateNode[] => within(machine.root).filter(isState);

/** The states in which a machine can be at its innermost. A machine without states is one itself. */
export const leavesOf = (machine: AnyStateMachine): AnyStateNode[] =>
  [machine.root, ...statesOf(machine)].filter(isLeaf);

/** The innermost states of a snapshot, one for each region, in the order of the source. */
export const leavesIn = (snapshot: AnyMachineSnapshot): AnyStateNode[] =>
  snapshot._nodes.filter(isLeaf).toSorted((a, b) => a.order - b.order);

/** The path of a state, `closing.awaitingPeer`; the root's is the machine's id. */
export const nameOf = (node: AnyStateNode): string => (node.path.length === 0 ? node.machine.id : node.path.join('.'));

/** Whether a state is the other one or inside it. */
export function isWithin(node: AnyStateNode, outer: AnyStateNode): boolean {
  for (let at: AnyStateNode | undefined = node; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

/** The transitions that a state tries for an event, in XState's order. */
export function candidatesOf(node: AnyStateNode, { type }: AnyEventObject): readonly AnyTransitionDefinition[] {
  return asTried(node.transitions.keys())
    .filter((event) => takes(event, type))
    .flatMap((event) => node.transitions.get(event) ?? []);
}

/** How a transition is called beside its state: `close`, `after 1000`, `done(fetch)`, `always #2`. */
export function labelOf(transition: AnyTransitionDefinition): string {
  const { eventType, source } = transition;
  const siblings = eventType === '' ? (source.always ?? []) : (source.transitions.get(eventType) ?? []);
  const place = siblings.length > 1 ? ` #${siblings.indexOf(transition) + 1}` : '';
  return `${triggerOf(source, eventType)}${place}`;
}

function triggerOf(source: AnyStateNode, eventType: string): string {
  if (eventType === '') return 'always';
  const delayed = source.after.find((transition) => transition.eventType === eventType);
  if (delayed !== undefined) return `after ${String(delayed.delay)}`;
  if (eventType === `xstate.done.state.${source.id}`) return 'done';
  const [, kind, id] = /^xstate\.(done|error|snapshot)(?:\.actor)?\.(.+)$/.exec(eventType) ?? [];
  return id === undefined ? eventType : `${kind}(${id})`;
}

/** How a guard is called: its name, or that of its function. */
export function guardNameOf(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  const { type, name } = Object(guard) as { readonly type?: unknown; readonly name?: unknown };
  if (typeof type === 'string') return type;
  return typeof name === 'string' && name !== '' && name !== 'guard' ? name : 'inline';
}

/** Whether the machine never rests in a state: an `always` or an `onDone` without a guard leads on. */
export function isTransient(leaf: AnyStateNode): boolean {
  const { parent } = leaf;
  if (leaf.type === 'final' && parent?.type === 'compound') {
    const onDone = parent.transitions.get(`xstate.done.state.${parent.id}`) ?? [];
    if (onDone.some(isUnguarded)) return true;
  }
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent)
    if (node.always?.some(isUnguarded) === true) return true;
  return false;
}

const isUnguarded = ({ guard }: AnyTransitionDefinition): boolean => guard === undefined;

/** A state that can be entered; the root is no more than the machine. */
const isState = (node: AnyStateNode): boolean => node.type !== 'history' && node.path.length > 0;

const isLeaf = (node: AnyStateNode): boolean => node.type === 'atomic' || node.type === 'final';

const within = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(within)];
