import type { AnyStateMachine } from 'xstate';
import { toDot } from '../../machines/diagram/dot.js';
import type { DiagramMarks } from '../../machines/diagram/marks.js';
import { toMermaid } from '../../machines/diagram/mermaid.js';
import {
  nameOf as nameOfOption,
  readList,
  readOptions,
  show,
  wrongOption,
} from '../../supervisor/options/option-rules.js';
import { coverageListsOf } from './coverage-lists.js';
import { coverageMarks } from './coverage-marks.js';
import { nameOf } from './machine-parts.js';
import type { Advance } from './model.js';

/** What can be covered. */
export type CoverageKind = 'states' | 'transitions' | 'guards' | 'pairs';

/** One kind of coverage. */
export interface CoverageOf {
  /** Everything there is, in the order of the machine's source. */
  readonly all: readonly string[];
  readonly covered: readonly string[];
  readonly missing: readonly string[];
}

/**
 * What of a machine the paths and walks so far have covered. A step counts once the system has been found where the
 * model is after it.
 */
export interface ModelCoverage {
  /** The states that were entered, by path. */
  readonly states: CoverageOf;
  /**
   * `state: event`; with its place, `state: event #2`, where an event has several. A transition that several innermost
   * states have from the state around them counts once for each. `state: after 1000`, `state: always`, `state: done`,
   * and `state: done(actor)` count where they stand.
   */
  readonly transitions: CoverageOf;
  /** Each guard with both of its answers: `state: event #1 [isBig] is false`. */
  readonly guards: CoverageOf;
  /**
   * Each transition with each that can follow directly: `a: go > b: stop`. What can follow is found by searching the
   * model.
   *
   * @throws {OptionError} if the search meets more than `maxStates` states.
   */
  readonly pairs: CoverageOf;
  /**
   * Asserts that nothing is missing.
   *
   * @throws {Error} with what is missing; also when an exception was covered after all, or does not exist.
   * @throws {OptionError} for options of the wrong form.
   */
  assertFull(options?: FullCoverage): void;
  /** What is covered, as marks for the exporters of `wirekeeper/inspect`: `toPlantUml(machine, { marks })`. */
  readonly marks: DiagramMarks;
  /** The machine as a Mermaid state diagram, coloured by what is covered. */
  toMermaid(): string;
  /** The same for Graphviz. */
  toDot(): string;
  /** `5 of 5 states (100 %), 24 of 25 transitions (96 %), ...`, then what is missing, one to a line, without pairs. */
  toString(): string;
}

/** What has to be covered. */
export interface FullCoverage {
  /** Which kinds. Default `['states', 'transitions', 'guards']`. */
  readonly of?: readonly CoverageKind[];
  /** What the system cannot show, by name. Default nothing. */
  readonly except?: readonly string[];
}

/** The coverage as it grows. */
export interface CoverageRecord {
  /**
   * Notes one step that the system has made with the model.
   *
   * @param previous the last transitions before it.
   * @returns the last transitions.
   */
  note(advance: Advance, previous: readonly string[]): readonly string[];
  readonly coverage: ModelCoverage;
}

/** Which transitions a step begins and ends with, and which follow one another inside it. */
export interface Chain {
  readonly first: readonly string[];
  readonly last: readonly string[];
  readonly pairs: readonly string[];
}

/** The kinds that every model can cover in full. */
const USUAL_KINDS: readonly Exclude<CoverageKind, 'pairs'>[] = ['states', 'transitions', 'guards'];

const ALL_KINDS: readonly CoverageKind[] = [...USUAL_KINDS, 'pairs'];

/** @param pairsOf finds every pair there is. It is called once, when it is asked for. */
export function createCoverage(
  machine: AnyStateMachine,
  pairsOf: (chainOf: (advance: Advance) => Chain) => readonly string[],
): CoverageRecord {
  const lists = coverageListsOf(machine);
  const covered = { states: new Set<string>(), transitions: new Set<string>(), guards: new Set<string>() };
  const pairs = new Set<string>();
  let allPairs: readonly string[] | undefined;

  const chainOf = ({ microsteps }: Advance): Chain => {
    const groups = microsteps.map(lists.transitionsOf).filter((names) => names.length > 0);
    return {
      first: groups[0] ?? [],
      last: groups.at(-1) ?? [],
      pairs: groups.slice(1).flatMap((names, index) => pairsBetween(groups[index] ?? [], names)),
    };
  };

  const coverage: ModelCoverage = {
    get states() {
      return coverageOf(lists.states, covered.states);
    },
    get transitions() {
      return coverageOf(lists.transitions, covered.transitions);
    },
    get guards() {
      return coverageOf(lists.guards, covered.guards);
    },
    get pairs() {
      allPairs ??= pairsOf(chainOf);
      return coverageOf([...new Set([...allPairs, ...pairs])], pairs);
    },
    assertFull(options = {}) {
      const { of, except } = resolveFull(options);
      const parts = of.map((kind) => [kind, this[kind]] as const);
      const faults = [
        ...parts.flatMap(([kind, { missing }]) =>
          missing.filter((name) => !except.includes(name)).map((name) => `missing of the ${kind}: ${name}`),
        ),
        ...except.flatMap((name) => {
          if (parts.some(([, { covered: names }]) => names.includes(name))) return [`excepted, but covered: ${name}`];
          return parts.some(([, { all }]) => all.includes(name)) ? [] : [`excepted, but not there: ${name}`];
        }),
      ];
      if (faults.length > 0) throw new Error(`${machine.id}: the coverage is not full.\n${faults.join('\n')}`);
    },
    get marks() {
      return coverageMarks(lists, new Set([...covered.states, ...covered.transitions, ...covered.guards]));
    },
    toMermaid() {
      return toMermaid(machine, { marks: this.marks });
    },
    toDot() {
      return toDot(machine, { marks: this.marks });
    },
    toString() {
      const missing = USUAL_KINDS.flatMap((kind) => this[kind].missing);
      return [
        [...USUAL_KINDS.map((kind) => shareOf(kind, this[kind])), pairsShare(this)].join(', '),
        ...missing.map((name) => `missing: ${name}`),
      ].join('\n');
    },
  };

  return {
    coverage,
    note(advance, previous) {
      const { first, last, pairs: inside } = chainOf(advance);
      for (const { after } of advance.microsteps) for (const node of after._nodes) covered.states.add(nameOf(node));
      for (const node of advance.to.snapshot._nodes) covered.states.add(nameOf(node));
      for (const microstep of advance.microsteps) {
        for (const name of lists.transitionsOf(microstep)) covered.transitions.add(name);
        for (const name of lists.guardsOf(microstep)) covered.guards.add(name);
      }
      for (const name of lists.guardsAtRest(advance.to.snapshot)) covered.guards.add(name);
      for (const pair of [...inside, ...pairsBetween(previous, first)]) pairs.add(pair);
      return last.length === 0 ? previous : last;
    },
  };
}

function resolveFull(given: FullCoverage): Required<FullCoverage> {
  const call = 'assertFull';
  const { of = USUAL_KINDS, except = [] } = readOptions(given, ['of', 'except'], call);
  const where = nameOfOption(call, 'of');
  const isKind = (kind: unknown): kind is CoverageKind => ALL_KINDS.some((known) => known === kind);
  const kinds = readList(of, where, 'kinds of coverage').map((kind, index) => {
    if (isKind(kind)) return kind;
    throw wrongOption(`${where}[${index}]`, `is ${show(kind)}; allowed are states, transitions, guards, and pairs`);
  });
  return { of: kinds, except: readList(except, nameOfOption(call, 'except'), 'names').map(String) };
}

/** Every transition of the first with every one of the second. */
export const pairsBetween = (first: readonly string[], second: readonly string[]): string[] =>
  first.flatMap((one) => second.map((other) => `${one} > ${other}`));

const coverageOf = (all: readonly string[], covered: ReadonlySet<string>): CoverageOf => ({
  all,
  covered: all.filter((name) => covered.has(name)),
  missing: all.filter((name) => !covered.has(name)),
});

/** Rounded down: one that is missing is no 100 %. */
function shareOf(kind: string, { all, covered }: CoverageOf): string {
  const share = all.length === 0 ? 100 : Math.floor((covered.length * 100) / all.length);
  return `${covered.length} of ${all.length} ${kind} (${share} %)`;
}

function pairsShare(coverage: ModelCoverage): string {
  try {
    return shareOf('pairs', coverage.pairs);
  } catch {
    // A model that is too large to be searched can still be walked.
    return 'pairs unknown';
  }
}
