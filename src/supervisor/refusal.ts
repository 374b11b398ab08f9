import { validateHeaderName, validateHeaderValue } from 'node:http';
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
 * @throws {OptionError} for any other status, and for header fields that HTTP does not allow.
 */
export function refuse(status: number, answer: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {}): Refusal {
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new OptionError(`refuse: status ${status} is not an HTTP error status; allowed are 400 to 599.`);
  }
  for (const [name, value] of Object.entries(answer.headers ?? {})) checkField(name, value);
  return new Refusal({ status, ...answer });
}

function checkField(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new OptionError(`refuse: the header field ${JSON.stringify(name)} has a name or a value that HTTP does not allow.`, { cause });
  }
}
