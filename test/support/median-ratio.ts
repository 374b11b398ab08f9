export interface Series {
  /** In a series, odd. If its median misses the bar, another one decides with it: one is easily disturbed. */
  readonly rounds: number;
  readonly mostRounds: number;
  readonly meets: (ratio: number) => boolean;
}

/** The median of what the rounds return, each of which compares two contestants that take turns. */
export async function medianRatio(
  { rounds, mostRounds, meets }: Series,
  takeRound: (round: number) => Promise<number>,
): Promise<number> {
  const ratios: number[] = [];
  const median = () => ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? Number.NaN;
  while (ratios.length < mostRounds && (ratios.length % rounds !== 0 || !meets(median()))) {
    ratios.push(await takeRound(ratios.length));
  }
  return median();
}
