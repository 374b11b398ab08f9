/** As in OTP: a child that has exited is restarted always, after abnormal exits only, or never. */
export type Restart = 'permanent' | 'transient' | 'temporary';

/**
 * Why a child exited, in OTP's terms.
 *
 * - `normal`: it finished, or its user stopped it.
 * - `shutdown`: its supervisor stopped it, its retry policy gave up, or it is a supervisor whose intensity was
 *   exceeded.
 * - `abnormal`: it crashed, or could not be started.
 */
export type ExitReason = 'normal' | 'shutdown' | 'abnormal';

/** How many restarts a supervisor makes within a time before it gives up and fails. */
export interface Intensity {
  /** Restarts allowed within `withinMs`, of all children together; with 0 the first one is too many. Default 3. */
  readonly maxRestarts: number;
  /** The length of the window, in ms. Default 5,000. */
  readonly withinMs: number;
}

/**
 * What happens to a child that has exited: it is restarted, its spec is kept for `restartChild`, its spec is forgotten,
 * or the supervisor gives up.
 */
export type Verdict = 'restart' | 'keep' | 'forget' | 'escalate';

/**
 * Decides what happens to a child that has exited. A restart whose start failed counts as an abnormal exit. Pure: clock
 * and history are arguments; times are in ms on one monotonic clock.
 *
 * As in OTP, a transient child that ended well keeps its spec, and only a temporary one is forgotten.
 *
 * @param restarts the times of the restarts so far.
 */
export function verdictOn(
  exit: ExitReason,
  restart: Restart,
  intensity: Intensity,
  restarts: readonly number[],
  now: number,
): Verdict {
  if (restart === 'temporary') return 'forget';
  if (restart === 'transient' && exit !== 'abnormal') return 'keep';
  return restartsWithin(restarts, intensity, now).length < intensity.maxRestarts ? 'restart' : 'escalate';
}

/** Returns the restarts that still count. One made exactly `withinMs` ago does, as in OTP. */
export function restartsWithin(restarts: readonly number[], { withinMs }: Intensity, now: number): readonly number[] {
  return restarts.filter((at) => now - at <= withinMs);
}
