/** As in OTP: whether a child that has exited is started again always, after abnormal exits only, or never. */
export type Restart = 'permanent' | 'transient' | 'temporary';

/**
 * Why a child has exited, in OTP's terms. `normal`: it had finished, or its user stopped it; `shutdown`: it was told
 * to, its retry policy gave up, or it is a supervisor whose intensity was exceeded; `abnormal`: it crashed, or could
 * not be started.
 */
export type ExitReason = 'normal' | 'shutdown' | 'abnormal';

/** How many restarts in how long a supervisor takes before it gives up itself. */
export interface Intensity {
  /** Restarts allowed within `withinMs`, of all children together; 0 gives up at the first. Default 3. */
  readonly maxRestarts: number;
  /** The window in ms. Default 5,000. */
  readonly withinMs: number;
}

/**
 * What becomes of a child that has exited: it is started again, its spec is kept for `restartChild`, its spec is
 * forgotten, or the supervisor gives up.
 */
export type Verdict = 'restart' | 'keep' | 'forget' | 'escalate';

/**
 * Decides what becomes of a child that has exited, or that could not be started again, which is an abnormal exit. Pure:
 * clock and history are arguments, times on one monotonic clock in ms.
 *
 * As in OTP, a transient child that ended well keeps its spec, and only a temporary one is forgotten.
 *
 * @param restarts when the restarts so far were made.
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

/** The restarts that count still. One made exactly `withinMs` ago does, as in OTP. */
export function restartsWithin(restarts: readonly number[], { withinMs }: Intensity, now: number): readonly number[] {
  return restarts.filter((at) => now - at <= withinMs);
}
