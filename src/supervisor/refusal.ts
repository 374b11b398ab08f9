import { OptionError } from '../transport/errors.js';
import type { HttpAnswer } from '../transport/transport.js';

/** An answer to an opening handshake that does not let the client in. Made by `refuse`. */
export class Refusal {
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    this.answer = answer;
  }
}

/**
 * Makes the answer with which `authenticate` turns a client away.
 *
 * @param status 400 to 599.
 * @throws {OptionError} for any other status.
 */
export function refuse(status: number, answer: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {}): Refusal {
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new OptionError(`refuse: status ${status} is not an HTTP error status; allowed are 400 to 599.`);
  }
  return new Refusal({ status, ...answer });
}
