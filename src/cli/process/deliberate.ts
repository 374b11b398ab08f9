/**
 * Deliveries of a signal that follow each other this closely are one, in ms. A signal to the process group of `npm
 * start` comes twice, since npm forwards it as well; a terminal that goes away and its shell both send SIGHUP.
 */
export const ONE_SIGNAL_WITHIN_MS = 250;

/**
 * Makes a listener of signals that is called once however often a signal is delivered: again only after there was none
 * for `ONE_SIGNAL_WITHIN_MS`.
 *
 * @param now monotonic time in ms.
 */
export function deliberate(listener: () => void, now: () => number): () => void {
  let lastAt = Number.NEGATIVE_INFINITY;
  return () => {
    const at = now();
    const isEcho = at - lastAt < ONE_SIGNAL_WITHIN_MS;
    lastAt = at;
    if (!isEcho) listener();
  };
}
