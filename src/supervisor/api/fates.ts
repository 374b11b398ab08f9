import type { CloseReport } from '../../transport/close-report.js';

/**
 * The fates of the messages given to `send`, as counts. Each message that was taken or dropped is counted exactly once:
 * `written`, `discarded`, `unknown`, and `undecided` add up to `framesOut`. A message for which `send` returned
 * `closed` was never taken, and is not counted.
 */
export interface Fates {
  /** Handed to the kernel. Whether the peer has received them is not known. */
  readonly written: number;
  /** Not taken, because of the slow-peer policy. */
  readonly dropped: number;
  /** Taken, and discarded at a close before they were written. */
  readonly discarded: number;
  /** Given to a socket that failed before it confirmed that the kernel had taken them. */
  readonly unknown: number;
  /** Taken by connections that have not ended yet. They move to another count when their connection ends. */
  readonly undecided: number;
}

/** Returns the fates of the messages that a connection took. They are certain only when it has ended. */
export function fatesOf({
  framesOut,
  unwritten,
  discarded,
}: Pick<CloseReport, 'framesOut' | 'unwritten' | 'discarded'>) {
  const lost = discarded?.frames ?? 0;
  const left = unwritten?.frames ?? 0;
  return { written: framesOut - left, discarded: lost, unknown: left - lost };
}
