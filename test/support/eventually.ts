/** How long a condition may take to come true. */
const WITHIN_MS = 5_000;

/** Turns the event loop until something that no stream emits is as it should be. */
export async function eventually(isSo: () => boolean, what = String(isSo), withinMs = WITHIN_MS): Promise<void> {
  const until = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > until) throw new Error(`it never came true: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
