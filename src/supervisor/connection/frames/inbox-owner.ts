import type { Limits } from '../../api/limits.js';
import type { Wheel } from '../../time/wheel.js';

/** What an inbox needs of its connection. */
export interface InboxOwner {
  readonly parent: {
    readonly limits: Pick<Limits, 'readAheadBytes'>;
    readonly services: { readonly wheel: Wheel; readonly totals: { framesIn: number; bytesIn: number } };
  };
  /** Whether the user has paused the reading. */
  readonly isPaused: boolean;
  /** Stops reading the socket because frames wait (`true`), or goes on reading (`false`). */
  holdSocket(isHeld: boolean): void;
  /** Frames wait, of about so many bytes, by 8 KiB more than when this was called last, or than what was left since. */
  framesWait(bytes: number): void;
  /** The consumer has dealt with all frames that waited, or takes none. */
  allRead(): void;
  /** A direct subscriber of `frames$` threw. */
  subscriberThrew(error: unknown): void;
}
