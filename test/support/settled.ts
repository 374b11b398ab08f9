/** Lets microtasks, ticks, and everything due in this turn of the loop finish. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
