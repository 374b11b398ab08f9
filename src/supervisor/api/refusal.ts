import type { HttpAnswer } from '../../transport/transport.js';

/** An answer to an opening handshake that does not let the client in. Made by `refuse`. */
export interface Refusal {
  readonly answer: HttpAnswer;
}
