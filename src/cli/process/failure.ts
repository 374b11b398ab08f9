import { OptionError, WirekeeperError } from '../../index.js';
import { messageOf } from './message-of.js';

/** How a command that could not do its work ends: what it says on stderr, and its exit status. */
export interface Failure {
  readonly text: string;
  /** 2 for what the user can put right in the command or its configuration, else 1. */
  readonly status: 1 | 2;
}

/**
 * Turns an error into what the user sees: one line, with the stable code where there is one. Only what nobody expected
 * has a stack trace, since that is for whoever mends it.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof WirekeeperError)
    return { text: `wirekeeper: ${error.message} [${error.code}]`, status: error instanceof OptionError ? 2 : 1 };
  return { text: `wirekeeper: unexpected: ${stackOf(error)}`, status: 1 };
}

/** The stack of an error, which begins with its name and message; of anything else what it says. */
export function stackOf(error: unknown): string {
  try {
    if (error instanceof Error && typeof error.stack === 'string') return error.stack;
  } catch {
    // A getter of the error's has thrown: what can be said of it is said below.
  }
  return messageOf(error);
}
