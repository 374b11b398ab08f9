import type { SupervisedSide } from './supervised-side.js';
import { type Fault, harmless } from './table.js';

const HOUR_MS = 3_600_000;

/** Faults of this side's time. */
export const CLOCK_FAULTS: readonly Fault<(side: SupervisedSide) => void>[] = [
  {
    name: 'a step of the clock',
    how: "The time of day of the supervisor's `clock` is set five hours ahead; or, in cells of their own, back.",
    strike: ({ clock }) => clock.step(5 * HOUR_MS),
    rows: [
      ...harmless<(side: SupervisedSide) => void>('second', {
        connecting: 'Deadlines are durations, on a clock that is never set.',
        open: "Deadlines are durations. Only a credential's end is a time of day: `expiresAt` is looked at every 30 s.",
        closing: 'Deadlines are durations.',
      }),
      ...harmless<(side: SupervisedSide) => void>('second', {
        connecting: 'Deadlines are durations, on a clock that is never set.',
        open: "Deadlines are durations. Only a credential's end is a time of day: `expiresAt` is looked at every 30 s.",
        closing: 'Deadlines are durations.',
      }).map((row) => ({ ...row, strike: ({ clock }: SupervisedSide) => clock.step(-5 * HOUR_MS) })),
    ],
  },
];

/** For how long this process stands still, in ms: longer than every deadline of its cells. */
export const STALL_MS = 3_500;

/** The cells of this one are struck together. */
export const STALL_FAULTS: readonly Fault<'stall'>[] = [
  {
    name: 'a stall of our own loop',
    how: 'This process stands still for longer than every deadline, while the peer answers.',
    strike: 'stall',
    rows: harmless<'stall'>('second', {
      connecting: 'The answer has come meanwhile: what has come is read before a deadline that is overdue counts.',
      open: 'Stalls of our own are no silence of the peer: they do not count.',
      closing: "The peer's Close has come meanwhile: what has come is read before a deadline that is overdue counts.",
    }).map((row) => ({
      ...row,
      limits: {
        openWithinMs: STALL_MS - 1_000,
        closeWithinMs: STALL_MS - 1_000,
        liveness: { pingEveryMs: 400, answerWithinMs: 300 },
        serverWithinMs: 20_000,
      },
    })),
  },
];
