/** What ws has negotiated, by the names of RFC 7692 section 7.1. */
export type DeflateParams = Readonly<Record<string, unknown>>;

/** What both ends have agreed on for the messages that one of them sends. */
export interface DeflateTerms {
  /** No message refers back by more than 2 ** windowBits bytes. */
  readonly windowBits: number;
  /** Whether a message may refer back to the messages before it: "context takeover". */
  readonly keepsContext: boolean;
}

/** zlib's largest window, and what holds unless something else was agreed on. */
const MAX_WINDOW_BITS = 15;

/** The terms of the messages that one end sends. */
export function termsOf(params: DeflateParams, sender: 'server' | 'client'): DeflateTerms {
  const windowBits = params[`${sender}_max_window_bits`];
  return {
    windowBits: typeof windowBits === 'number' ? windowBits : MAX_WINDOW_BITS,
    keepsContext: params[`${sender}_no_context_takeover`] !== true,
  };
}
