import { checkBoolean } from '../../supervisor/options/option-rules.js';
import type { Frame } from '../../transport/frame.js';
import { readOptions } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';
import type { JsonSendable } from './send-json.js';
import type { SchemaIssue } from './standard-schema.js';

/** What is wrong with a message of the peer. */
export interface MessageFault {
  /**
   * - `binary`: it is binary, where text is due.
   * - `not-json`: its text is not JSON.
   * - `refused`: the schema refuses its value.
   */
  readonly kind: 'binary' | 'not-json' | 'refused';
  /** The reasons: those of the schema, or one that says the same as `kind`. */
  readonly issues: readonly SchemaIssue[];
  readonly frame: Frame;
  /** The value that the schema refuses, for the `id` of a request, say; `undefined` if there is none. */
  readonly value: unknown;
}

/** What an invalid message is answered with, as JSON: nothing if it is `undefined`. */
export type MessageReply = JsonSendable | undefined | void;

/**
 * What is done about an invalid message:
 *
 * - `close`: closes the connection, with 1007 for what is binary or not JSON and with 1008 for what the schema refuses,
 *   and ends the iteration. The reason has nothing of what the peer has sent.
 * - `skip`: goes on with the next message.
 * - a function: its result is sent as JSON, unless it is `undefined`, and the iteration goes on. It may close the
 *   connection itself. What it throws is thrown out of the iteration.
 */
export type InvalidMessage = 'close' | 'skip' | ((fault: MessageFault) => MessageReply | Promise<MessageReply>);

/** Options of `messages`. */
export interface MessagesOptions {
  /** What is done about an invalid message. Default `close`. */
  readonly invalid?: InvalidMessage | undefined;
  /** Whether binary messages are taken too, as JSON in UTF-8. Default false: they are invalid. */
  readonly binary?: boolean | undefined;
}

const DEFAULTS = { invalid: 'close', binary: false } as const;

/** Checks the options of `messages`. @throws {OptionError} */
export function resolveMessages(given: MessagesOptions): {
  readonly invalid: InvalidMessage;
  readonly binary: boolean;
} {
  const options = readOptions(given, ['invalid', 'binary'], 'messages');
  const { invalid = DEFAULTS.invalid, binary = DEFAULTS.binary } = options;
  if (invalid !== 'close' && invalid !== 'skip' && typeof invalid !== 'function')
    throw wrongOption('messages: invalid', `is ${show(invalid)}; it must be 'close', 'skip', or a function`);
  checkBoolean(binary, 'messages: binary');
  return { invalid, binary };
}
