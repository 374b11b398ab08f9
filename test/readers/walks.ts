import fc from 'fast-check';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  getInitialSnapshot,
  getNextSnapshot,
  type StateValue,
} from 'xstate';
import { describeMachine } from '../../src/machines/diagram/describe.js';
import { FLAGS, type Flags } from './machines.js';

export interface Step {
  readonly type: string;
  readonly flags: Flags;
  /** Where a route leads. */
  readonly to: string;
}

/** Random events that a machine knows, and some that it does not, with random flags; the same each time. */
export function randomWalks(machine: AnyStateMachine, count: number, length: number): Step[][] {
  const { states } = describeMachine(machine);
  const own = states
    .flatMap(({ transitions }) => transitions)
    .filter(({ trigger }) => !['always', 'done'].includes(trigger.kind));
  const known = own.map(({ event }) => event).filter((event) => !event.includes('*'));
  const patterns = own.map(({ event }) => event).filter((event) => event.includes('*'));
  const more = ['mouse.move', 'go.on.and.on'].filter((event) => patterns.some((pattern) => matches(event, pattern)));
  const events = [...new Set([...known, ...more, 'raised', 'unknown'])];
  const flags = fc.record(Object.fromEntries([...FLAGS, 'inline'].map((name) => [name, fc.boolean()])));
  const routes = own.flatMap(({ trigger }) => (trigger.kind === 'route' ? [`#${trigger.id}`] : []));
  const step = fc.record({ type: fc.constantFrom(...events), flags, to: fc.constantFrom('#nowhere', ...routes) });
  return fc.sample(fc.array(step, { minLength: length, maxLength: length }), { numRuns: count, seed: 7 }) as Step[][];
}

const matches = (event: string, pattern: string): boolean => pattern === '*' || event.startsWith(pattern.slice(0, -1));

/** The snapshots that a machine passes, the first before any event. */
export function snapshotsOf(machine: AnyStateMachine, walk: readonly Step[]): AnyMachineSnapshot[] {
  const snapshots: AnyMachineSnapshot[] = [getInitialSnapshot(machine) as AnyMachineSnapshot];
  for (const step of walk) {
    const last = snapshots.at(-1) as AnyMachineSnapshot;
    snapshots.push(last.status === 'active' ? (getNextSnapshot(machine, last, step) as AnyMachineSnapshot) : last);
  }
  return snapshots;
}

/** The paths of the innermost active states. */
export function leavesOf(value: StateValue, path: readonly string[] = []): string[][] {
  if (typeof value === 'string') return [[...path, value]];
  const inner = Object.entries(value).flatMap(([key, below]) =>
    below === undefined ? [] : leavesOf(below, [...path, key]),
  );
  return inner.length === 0 ? [[...path]] : inner;
}
