import type { CloseReport } from '../../transport/close-report.js';

/**
 * The priority of an attempt follows from the one before: that had opened (`returning`), there was none (`first`), or
 * it had not opened (`failing`). Earlier ones in this list go first.
 */
export const DIAL_PRIORITIES = ['returning', 'first', 'failing'] as const;

export type DialPriority = (typeof DIAL_PRIORITIES)[number];

/** The number of attempts that may be under way. */
export interface DialCaps {
  readonly all: number;
  /** First attempts and failing ones together: the rest is kept for attempts that are likely to open. */
  readonly unproven: number;
  readonly failing: number;
  /** To one host, whatever their priority. */
  readonly perHost: number;
}

/** The number of attempts under way, by priority. */
export type DialsByPriority = Readonly<Record<DialPriority, number>>;

/** A priority that was ready and was passed over this often has the next turn. */
const MOST_PASSED_OVER = 3;

/**
 * Shares out the slots, so that attempts that no peer answers do not hold up attempts that a peer would answer: a
 * tenth, rounded down, is kept free of first and failing attempts, half is kept free of failing ones, and a fifth of
 * attempts to any one host.
 */
export function capsOf(inFlight: number): DialCaps {
  const kept = inFlight === Number.POSITIVE_INFINITY ? 0 : Math.floor(inFlight / 10);
  return {
    all: inFlight,
    unproven: inFlight - kept,
    failing: Math.max(1, Math.floor(inFlight / 2)),
    perHost: inFlight - 2 * kept,
  };
}

/** The priority of an attempt that follows on this report; without a report, of the first attempt. */
export function priorityAfter(
  report: { readonly openedAt?: CloseReport['openedAt'] | undefined } | undefined,
): DialPriority {
  if (report === undefined) return 'first';
  return report.openedAt === undefined ? 'failing' : 'returning';
}

/** Whether the caps leave room for one more attempt of a priority. */
export function hasRoom(
  priority: DialPriority,
  { returning, first, failing }: DialsByPriority,
  caps: DialCaps,
): boolean {
  if (returning + first + failing >= caps.all) return false;
  if (priority === 'returning') return true;
  return first + failing < caps.unproven && (priority === 'first' || failing < caps.failing);
}

/**
 * Returns the priority that has the next turn: the first that is ready, except that each gets a turn in the end.
 *
 * @param ready the priorities for which an attempt waits and has room.
 * @param passedOver how often each was ready when another had its turn, since its own last turn.
 */
export function nextPriority(ready: readonly DialPriority[], passedOver: DialsByPriority): DialPriority | undefined {
  const inOrder = DIAL_PRIORITIES.filter((priority) => ready.includes(priority));
  return inOrder.find((priority) => passedOver[priority] >= MOST_PASSED_OVER) ?? inOrder[0];
}
