/** Lets microtasks, ticks, and what is due in this turn of the loop come to their end. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
