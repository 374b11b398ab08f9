import { type DrainOptions, OptionError, type Supervisor } from '../../index.js';

/** How accepted connections are closed. 1012 is Service Restart: clients are expected to come back. */
export const RESTART = { code: 1012, reason: 'service restart' };

/**
 * The default time over which closing is spread, in ms: short, since Ctrl-C should not take long.
 */
export const SPREAD_MS = 1000;

/** The options of the command line about the end of the service. */
export interface ShutdownOptions {
  readonly drainNotReadyFirstMs?: number | undefined;
  readonly drainSpreadMs?: number | undefined;
  readonly drainWithinMs?: number | undefined;
}

/**
 * Returns how the service drains. Called at the start, so that wrong times are found then.
 *
 * @throws {OptionError} when the last connections would be terminated before their turn to be closed has come.
 */
export function drainOptionsOf({
  drainNotReadyFirstMs = 0,
  drainSpreadMs = SPREAD_MS,
  drainWithinMs,
}: ShutdownOptions): DrainOptions {
  const least = drainNotReadyFirstMs + drainSpreadMs;
  if (drainWithinMs !== undefined && drainWithinMs < least) {
    const sum = 'the sum of --drain-not-ready-first and --drain-spread';
    throw new OptionError(`--drain-within is ${drainWithinMs}; it must be at least ${least}, ${sum}.`);
  }
  return { ...RESTART, notReadyFirstMs: drainNotReadyFirstMs, spreadMs: drainSpreadMs, withinMs: drainWithinMs };
}

/** What signals do: the first drains, each further one terminates the connections that are still open. */
export function shutdownOf(supervisor: Supervisor, options: DrainOptions): () => void {
  return () => {
    void (supervisor.state === 'running' ? supervisor.drain(options) : supervisor.terminate());
  };
}
