import type { CloseReport } from '../../transport/close-report.js';

/**
 * What a dialer's last attempt says of its next one: the last had opened (`returning`), there was none (`first`), or it
 * had not opened (`failing`). Those ahead in this list go first.
 */
export const DIAL_RANKS = ['returning', 'first', 'failing'] as const;

export type DialRank = (typeof DIAL_RANKS)[number];

/** How many attempts may be under way. */
export interface DialCaps {
  readonly all: number;
  /** First attempts and failing ones together: the rest is kept for those of which more is known. */
  readonly unproven: number;
  readonly failing: number;
  /** To one host, whatever their rank. */
  readonly perHost: number;
}

/** How many attempts are under way, by rank. */
export type DialsByRank = Readonly<Record<DialRank, number>>;

/** A rank that could have had its turn and was passed over so many times has the next one. */
const MOST_PASSED_OVER = 3;

/**
 * Shares out the slots, so that attempts which nobody answers do not hold up those that somebody would: a tenth,
 * rounded down, is kept free of first attempts, which may come to nothing; a fifth of any one host; half of them of
 * failing ones.
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

/** The rank of an attempt after this report; of the first one without. */
export function rankAfter(report: { readonly openedAt?: CloseReport['openedAt'] | undefined } | undefined): DialRank {
  if (report === undefined) return 'first';
  return report.openedAt === undefined ? 'failing' : 'returning';
}

/** Whether the caps leave room for one more attempt of a rank. */
export function hasRoom(rank: DialRank, { returning, first, failing }: DialsByRank, caps: DialCaps): boolean {
  if (returning + first + failing >= caps.all) return false;
  if (rank === 'returning') return true;
  return first + failing < caps.unproven && (rank === 'first' || failing < caps.failing);
}

/**
 * Whose turn is next: that of the first rank, save that nobody is passed over for ever.
 *
 * @param ready the ranks of which one waits for whom there is room.
 * @param passedOver how often each was ready when another had its turn, since its own last one.
 */
export function nextRank(ready: readonly DialRank[], passedOver: DialsByRank): DialRank | undefined {
  const inOrder = DIAL_RANKS.filter((rank) => ready.includes(rank));
  return inOrder.find((rank) => passedOver[rank] >= MOST_PASSED_OVER) ?? inOrder[0];
}
