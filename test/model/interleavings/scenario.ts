import fc from 'fast-check';
import { COMMANDS, type CommandName } from './commands.js';

/** What is under test: a connection that was accepted or dialed, a dialer that redials, or a tree with all of them. */
export const SUBJECTS = ['accepted', 'dialed', 'dialer', 'tree'] as const;

/** One thing that somebody does. */
export interface Step {
  readonly command: CommandName;
  /** What it is done to, and with. */
  readonly pick: number;
  /** Whether the next step of the same user waits until it has come to its end. */
  readonly awaits: boolean;
}

/** Everything about a run but the order in which it happens. */
export interface Scenario {
  readonly subject: (typeof SUBJECTS)[number];
  /** What several users do at a time, each one thing after the other. */
  readonly users: readonly (readonly Step[])[];
  /** Options, the lengths of slices, what peers answer, and how much happens between two tasks. */
  readonly picks: readonly number[];
}

const weights = Object.entries(COMMANDS).map(([name, { weight }]) => ({
  weight,
  arbitrary: fc.constant(name as CommandName),
}));

const steps = fc.record({
  command: fc.oneof(...weights),
  pick: fc.nat({ max: 10_000 }),
  awaits: fc.boolean(),
});

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  subject: fc.constantFrom(...SUBJECTS),
  users: fc.array(fc.array(steps, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 4 }),
  picks: fc.array(fc.nat({ max: 10_000 }), { minLength: 24, maxLength: 48 }),
});
