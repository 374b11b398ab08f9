import type { Child, ChildExit } from '../api/child-spec.js';
import type { Clock } from '../api/clock.js';
import type { SupervisorEvent } from '../api/events.js';
import type { KeepAlive } from '../time/keep-alive.js';
import type { StartContext } from './child-context.js';

/** The supervisor whose children are supervised. */
export interface SupervisionOwner {
  readonly name: string;
  readonly clock: Clock;
  readonly keepAlive: KeepAlive;
  /** Whether children that exit are restarted: not while the supervisor drains. */
  readonly isReady: boolean;
  publish(event: SupervisorEvent): void;
  /** Makes the context that one start of a child is given. */
  contextFor(childId: string): StartContext;
  /** Whether a handle is this supervisor or one of its ancestors: none of them can be its child. */
  isAncestorOrSelf(handle: Child): boolean;
  /** More restarts were due than the intensity allows: the supervisor is to stop, and to exit with `shutdown`. */
  escalated(exit: ChildExit): void;
}
