import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import {
  candidatesOf,
  guardNameOf,
  isTransient,
  isWithin,
  labelOf,
  leavesIn,
  leavesOf,
  nameOf,
  statesOf,
} from './machine-parts.js';
import type { Microstep } from './model.js';

/** What can be covered of a machine, by the names under which it is counted, and which of it a microstep covers. */
export interface CoverageLists {
  readonly states: readonly string[];
  readonly transitions: readonly string[];
  readonly guards: readonly string[];
  /** The transitions of a microstep. One that several states have from the state around them has a name for each. */
  transitionsOf(microstep: Microstep): readonly string[];
  /** The guards that were asked in a microstep, each with its answer. */
  guardsOf(microstep: Microstep): readonly string[];
  /** The names of one transition of the machine's source, and those of its guard's answers. */
  namesAt(place: TransitionPlace): readonly string[];
  /** The guards of `always` that must have said no, since the machine rests here. */
  guardsAtRest(snapshot: AnyMachineSnapshot): readonly string[];
}

/** A transition by where it stands in the source. */
export interface TransitionPlace {
  /** The path of its state; empty for the machine itself. */
  readonly source: string;
  /** Empty for `always`. */
  readonly event: string;
  readonly index: number;
}

/** Reads from the machine itself what there is to cover, so that what a test forgot is missing and not unknown. */
export function coverageListsOf(machine: AnyStateMachine): CoverageLists {
  const nodes = [machine.root, ...statesOf(machine)];
  const leaves = leavesOf(machine);
  const inherited = new Map(leaves.map((leaf) => [leaf, eventsAt(leaf)]));
  const own = new Map(
    nodes.flatMap((node) => internalsAt(node).map((transition) => [transition, ownName(transition)])),
  );
  const states = statesOf(machine).map(nameOf);

  const namesOf = (transition: AnyTransitionDefinition, among: readonly AnyStateNode[]): readonly string[] => {
    const name = own.get(transition);
    if (name !== undefined) return [name];
    return among.flatMap((leaf) => {
      const at = isWithin(leaf, transition.source) ? inherited.get(leaf)?.get(transition) : undefined;
      return at ?? [];
    });
  };

  return {
    states: states.length === 0 ? [machine.id] : states,
    transitions: nodes.flatMap((node) => [
      ...(inherited.get(node)?.values() ?? []),
      ...internalsAt(node).map((transition) => own.get(transition) ?? ''),
    ]),
    guards: nodes.flatMap((node) =>
      [...internalsAt(node), ...eventsOf(node)].flatMap((transition) =>
        transition.guard === undefined ? [] : [guardName(transition, true), guardName(transition, false)],
      ),
    ),
    transitionsOf: ({ before, transitions }) => {
      const active = before === undefined ? firstLeavesOf(machine.root) : leavesIn(before);
      return [...new Set(transitions.flatMap((transition) => namesOf(transition, active)))];
    },
    guardsOf: (microstep) =>
      isEventless(microstep) ? answersToNothing(microstep) : answersToEvent(machine, microstep),
    namesAt({ source, event, index }) {
      const node = nodes.find(({ path }) => path.join('.') === source);
      const transition = (event === '' ? node?.always : node?.transitions.get(event))?.[index];
      if (transition === undefined) return [];
      const guards = transition.guard === undefined ? [] : [guardName(transition, true), guardName(transition, false)];
      return [...namesOf(transition, leaves), ...guards];
    },
    guardsAtRest: (snapshot) => (snapshot.status === 'active' ? snapshot._nodes.flatMap(refusals) : []),
  };
}

/** Whether it is the runtime of XState and no user that brings the event about; and whether it is no event at all. */
const isInternal = ({ eventType }: AnyTransitionDefinition): boolean =>
  eventType === '' || eventType.startsWith('xstate.');

const ownName = (transition: AnyTransitionDefinition): string => `${nameOf(transition.source)}: ${labelOf(transition)}`;

const guardName = (transition: AnyTransitionDefinition, outcome: boolean): string =>
  `${ownName(transition)} [${guardNameOf(transition.guard)}] is ${outcome}`;

const internalsAt = (node: AnyStateNode): AnyTransitionDefinition[] => [
  ...(node.always ?? []),
  ...[...node.transitions.values()].flat().filter(isInternal),
];

const eventsOf = (node: AnyStateNode): AnyTransitionDefinition[] =>
  [...node.transitions.values()].flat().filter((transition) => !isInternal(transition));

/**
 * What an innermost state does with events: its own transitions and those that it has from the states around it,
 * unless it overrules them. A state that the machine leaves at once takes no event.
 */
function eventsAt(leaf: AnyStateNode): Map<AnyTransitionDefinition, string> {
  const found = new Map<AnyTransitionDefinition, string>();
  const settled = new Set<string>();
  if (isTransient(leaf) || isEnd(leaf)) return found;
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent) {
    for (const transition of eventsOf(node)) {
      const { eventType, guard } = transition;
      if (settled.has(eventType)) continue;
      found.set(transition, `${nameOf(leaf)}: ${labelOf(transition)}`);
      if (guard === undefined) settled.add(eventType);
    }
  }
  return found;
}

/** Whether the whole machine has ended. */
const isEnd = ({ type, parent }: AnyStateNode): boolean =>
  type === 'final' && parent?.type === 'compound' && parent.parent === undefined;

/** Where a machine begins, before any `always`. */
function firstLeavesOf(node: AnyStateNode): readonly AnyStateNode[] {
  if (node.type === 'compound') return node.initial.target.flatMap(firstLeavesOf);
  if (node.type === 'parallel') return Object.values(node.states).flatMap(firstLeavesOf);
  return [node];
}

const isEventless = ({ transitions }: Microstep): boolean => transitions.some(({ eventType }) => eventType === '');

/** The answers in the order in which XState asks: no from each guard before the transition that is taken, yes there. */
function answers(
  candidates: readonly AnyTransitionDefinition[],
  taken: ReadonlySet<AnyTransitionDefinition>,
): readonly string[] {
  const chosen = candidates.findIndex((candidate) => taken.has(candidate));
  return candidates
    .slice(0, chosen < 0 ? candidates.length : chosen + 1)
    .filter(({ guard }) => guard !== undefined)
    .map((candidate) => guardName(candidate, taken.has(candidate)));
}

function answersToEvent(machine: AnyStateMachine, { before, event }: Microstep): readonly string[] {
  if (before === undefined) return [];
  // All that let the event through: of those that exclude each other in parallel states a microstep has one only.
  const enabled = machine.getTransitionData(before, event);
  const taken = new Set(enabled);
  // A state is asked unless one inside it has an answer.
  const isAsked = (node: AnyStateNode): boolean =>
    !enabled.some(({ source }) => source !== node && isWithin(source, node));
  return [
    ...before._nodes.flatMap(refusals),
    ...before._nodes.filter(isAsked).flatMap((node) => answers(candidatesOf(node, event), taken)),
  ];
}

/** Where another state of a microstep goes on by itself, it is not known what the guards of the rest have said. */
function answersToNothing({ transitions }: Microstep): readonly string[] {
  const taken = new Set(transitions);
  return transitions.flatMap(({ source }) => answers(source.always ?? [], taken));
}

const refusals = (node: AnyStateNode): readonly string[] => answers(node.always ?? [], new Set());
