import { type DrainOptions, OptionError, type Supervisor } from '../../index.js';

/** How accepted connections are closed. 1012 is Service Restart: clients are expected to come back. */
export const RESTART = { code: 1012, reason: 'service restart' };

/**
 * Over how long closing is spread unless the command line says otherwise, in ms: short, since Ctrl-C should not take
 * long.
 */
export const SPREAD_MS = 1000;

/** What the command line says about the end of the service. */
export interface ShutdownOptions {
  readonly drainNotReadyFirstMs?: number | undefined;
  readonly drainSpreadMs?: number | undefined;
  readonly drainWithinMs?: number | undefined;
}

/**
 * How the service drains. Checked when it starts: at its end would be too late.
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
    throw new OptionError(
      `--drain-within is ${drainWithinMs}; it must be at least --drain-not-ready-first and --drain-spread together, which is ${least}.`,
    );
  }
  return { ...RESTART, notReadyFirstMs: drainNotReadyFirstMs, spreadMs: drainSpreadMs, withinMs: drainWithinMs };
}

/** What signals do: the first drains, each further one terminates the connections that are still open. */
export function shutdownOf(supervisor: Supervisor, options: DrainOptions): () => void {
  return () => {
    void (supervisor.state === 'running' ? supervisor.drain(options) : supervisor.terminate());
  };
}
