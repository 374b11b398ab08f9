import type { Limits } from '../api/limits.js';
import type { Services } from './connection-parent.js';
import type { Holder } from './holdings.js';

/** What an inbox needs of its connection. */
export interface InboxOwner extends Holder {
  readonly parent: Holder['parent'] & {
    readonly limits: Pick<Limits, 'readAheadBytes'>;
    readonly services: Pick<Services, 'wheel' | 'totals' | 'holdings'>;
  };
  /** Whether the user has paused the reading. */
  readonly isPaused: boolean;
  /** Stops reading the socket because frames wait (`true`), or goes on reading (`false`). */
  holdSocket(isHeld: boolean): void;
  /** The consumer has dealt with all frames that waited, or takes none. */
  allRead(): void;
  /** A direct subscriber of `frames$` threw. */
  subscriberThrew(error: unknown): void;
}
