/** The middle of a list of numbers; of an even one, the mean of the two in the middle. NaN of an empty one. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median with the least and the greatest. */
export function spread(numbers) {
  return { median: median(numbers), least: Math.min(...numbers), greatest: Math.max(...numbers) };
}

/** Ratios round by round, so that a slow second of the machine is in both. */
export function ratios(numbers, others) {
  return numbers.slice(0, others.length).map((number, round) => number / others[round]);
}
