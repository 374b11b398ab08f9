import type {
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
} from 'xstate';
import { pathOf } from '../machines/state-path.js';

/**
 * Counts the transitions of a machine that were walked. A transition that several child states have from their parent
 * counts once for each of them, and one taken on several guards once for each guard.
 *
 * The full set is read from the machine itself, so a state or an event that a test forgot is reported as missing.
 *
 * @throws {Error} for machines with parallel or history states, `invoke`, or `after`.
 */
export function transitionCoverage(machine: AnyStateMachine): TransitionCoverage {
  assertPlain(machine.root);
  const byLeaf = new Map(
    leavesOf(machine.root)
      .filter((leaf) => leaf.type !== 'final')
      .map((leaf) => [nameOf(leaf), transitionsAt(leaf)]),
  );
  const all = [...byLeaf.values()].flatMap((transitions) => [...transitions.values()]);
  const walked = new Set<string>();
  return {
    note(snapshot, event) {
      const transitions = byLeaf.get(pathOf(snapshot.value));
      for (const transition of machine.getTransitionData(snapshot, event)) {
        const name = transitions?.get(transition);
        if (name !== undefined) walked.add(name);
      }
    },
    all,
    get walked() {
      return all.filter((name) => walked.has(name));
    },
    get missing() {
      return all.filter((name) => !walked.has(name));
    },
    toString() {
      const share = all.length === 0 ? 100 : Math.floor((walked.size * 100) / all.length);
      return [
        `${walked.size} of ${all.length} transitions (${share} %)`,
        ...this.missing.map((name) => `missing: ${name}`),
      ].join('\n');
    },
  };
}

/** Which transitions of a machine were walked. */
export interface TransitionCoverage {
  /** Notes what the machine does in this state with this event; an event it does not take counts for nothing. */
  note(snapshot: AnyMachineSnapshot, event: AnyEventObject): void;
  /** Every transition, as `state: event`; with its guard's place (`state: event #2`) where an event has several. */
  readonly all: readonly string[];
  readonly walked: readonly string[];
  readonly missing: readonly string[];
  /** `24 of 25 transitions (96 %)`, then what is missing, one to a line. */
  toString(): string;
}

const leavesOf = (node: AnyStateNode): AnyStateNode[] =>
  node.type === 'compound' ? Object.values(node.states).flatMap(leavesOf) : [node];

const nameOf = (leaf: AnyStateNode): string => leaf.path.join('.');

/**
 * What a leaf does with events, its own transitions and those it has from the states around it, unless it overrules
 * them.
 */
function transitionsAt(leaf: AnyStateNode): Map<AnyTransitionDefinition, string> {
  const found = new Map<AnyTransitionDefinition, string>();
  const settled = new Set<string>();
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent) {
    for (const [event, candidates] of node.transitions) {
      if (settled.has(event)) continue;
      candidates.forEach((candidate, index) => {
        found.set(candidate, `${nameOf(leaf)}: ${event}${candidates.length > 1 ? ` #${index + 1}` : ''}`);
        if (candidate.guard === undefined) settled.add(event);
      });
    }
  }
  return found;
}

/** Refuses what cannot be counted this way, rather than to count it wrong. */
function assertPlain(node: AnyStateNode): void {
  if (node.type === 'parallel' || node.type === 'history')
    throw new Error(`${node.id}: coverage is not defined for ${node.type} states`);
  if (node.invoke.length > 0 || node.after.length > 0)
    throw new Error(`${node.id}: a pure machine is needed, without invoke and after`);
  Object.values(node.states).forEach(assertPlain);
}
