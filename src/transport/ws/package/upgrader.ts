import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Handshaken } from './handshaken.js';

/** Answers opening handshakes with 101. */
export interface Upgrader {
  /**
   * Answers one; `undefined` if the client has gone away meanwhile.
   *
   * @throws {Error} for one whose header fields are malformed; it is unanswered then.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, answer: Accepting): Handshaken | undefined;
}

/** What a 101 says beside what every 101 says. */
export interface Accepting {
  readonly protocol: string | undefined;
  /** Lines of header fields, as they are sent. */
  readonly lines: readonly string[];
}
