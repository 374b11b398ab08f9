import { OptionError, WirekeeperError } from '../../index.js';
import { messageOf } from './message-of.js';

/** The end of a command that failed: its text on stderr, and its exit status. */
export interface Failure {
  readonly text: string;
  /** 2 for mistakes in the command line or the configuration, else 1. */
  readonly status: 1 | 2;
}

/**
 * Turns an error into the text that the user sees: one line, with the stable code if there is one. Only an unexpected
 * error has a stack trace, for its bug report.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof WirekeeperError)
    return { text: `wirekeeper: ${error.message} [${error.code}]`, status: error instanceof OptionError ? 2 : 1 };
  return { text: `wirekeeper: unexpected: ${stackOf(error)}`, status: 1 };
}

/** The stack of an error, which begins with its name and message; of other values their text. */
export function stackOf(error: unknown): string {
  try {
    if (error instanceof Error && typeof error.stack === 'string') return error.stack;
  } catch {
    // A getter of the error has thrown: its text is used instead.
  }
  return messageOf(error);
}
