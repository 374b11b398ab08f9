import type { ChildExit } from './child-spec.js';

/** The state of a supervisor. */
export type SupervisorState = 'running' | 'draining' | 'stopping' | 'stopped' | 'failed';

/** How a supervisor ended. */
export interface SupervisorReport {
  readonly name: string;
  readonly outcome: 'stopped' | 'failed';
  /** As in OTP: `shutdown` also when the restart intensity was exceeded. */
  readonly reason: 'normal' | 'shutdown';
  /** The number of connections over its life. */
  readonly connections: number;
  /** The exit that exceeded the restart intensity, when that is why the supervisor failed. */
  readonly cause?: ChildExit;
}
