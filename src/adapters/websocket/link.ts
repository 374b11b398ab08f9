import type { Connection } from '../../supervisor/api/connection.js';
import type { CloseFrame, CloseReport } from '../../transport/close-report.js';
import type { Frame } from '../../transport/frame.js';
import type { RedialEvent } from './events.js';

/** What a socket stands on: a dialer, or a connection that somebody else has made. */
export interface Link {
  /** Begins to read, if it has not: somebody listens to messages. */
  read(): void;
  /** Calls the dial off: the connection is not open. */
  callOff(): void;
  /** Starts the closing handshake of the connection that is open. */
  close(frame: CloseFrame): void;
}

/** What a link reports to its socket, one after the other. */
export interface LinkEvents {
  opened(connection: Connection<unknown>): void;
  received(frame: Frame): void;
  /** The closing handshake has begun. */
  closing(): void;
  /** The connection has ended, and another one is dialed. */
  lost(facts: Pick<RedialEvent, 'report' | 'attempt' | 'delayMs'>): void;
  /** Nothing more will come. `report` is that of the last connection; there is none if no attempt was made. */
  ended(report: CloseReport | undefined, error?: unknown): void;
}
