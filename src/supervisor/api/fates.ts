import type { CloseReport } from '../../transport/close-report.js';

/**
 * What became of the messages given to `send`, by their number. Each that was taken or dropped is counted exactly once:
 * `written`, `discarded`, `unknown` and `undecided` add up to `framesOut`. One that was answered with `closed` was
 * never taken, and is not counted.
 */
export interface Fates {
  /** Handed to the kernel. That the peer has them nobody knows. */
  readonly written: number;
  /** Not taken, by the slow-peer policy. */
  readonly dropped: number;
  /** Taken, and thrown away at a close before they had left. */
  readonly discarded: number;
  /** Given to a socket that failed before the kernel was known to have them. */
  readonly unknown: number;
  /** Taken by connections that have not ended; counted by fate when they do. */
  readonly undecided: number;
}

/** The fates of what a connection took, which are certain once it has ended. */
export function fatesOf({
  framesOut,
  unwritten,
  discarded,
}: Pick<CloseReport, 'framesOut' | 'unwritten' | 'discarded'>) {
  const lost = discarded?.frames ?? 0;
  const left = unwritten?.frames ?? 0;
  return { written: framesOut - left, discarded: lost, unknown: left - lost };
}
