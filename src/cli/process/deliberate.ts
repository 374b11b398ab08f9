/**
 * Signals that follow each other within this time, in ms, count as one. A signal to the process group of `npm start`
 * arrives twice, since npm forwards it as well; a closing terminal and its shell both send SIGHUP.
 */
export const ONE_SIGNAL_WITHIN_MS = 250;

/**
 * Makes a signal handler that calls `listener` once for several deliveries of one signal: again only after
 * `ONE_SIGNAL_WITHIN_MS` without any.
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
