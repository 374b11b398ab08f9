import type { Connection, SendResult } from '../../supervisor/api/connection.js';
import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';

/** What JSON has a text for. Functions are objects to the compiler: they are refused when they are sent. */
export type JsonSendable = string | number | boolean | null | object;

/**
 * Sends a value as JSON, in a text message. Give it the type of your messages, `sendJson<ServerMessage>(connection,
 * ...)`, and the compiler checks each.
 *
 * @returns what `send` returns: it does not throw when the connection is not open, but returns `closed`.
 * @throws {OptionError} for a value that JSON has no text for, such as a function, and for one that `JSON.stringify`
 *   throws for, such as a bigint or an object that is in itself; what was thrown is its `cause`. Nothing was sent.
 */
export function sendJson<
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- callers give it, to have the value checked
  Message extends JsonSendable = JsonSendable,
>(connection: Pick<Connection<unknown>, 'send'>, value: Message): SendResult {
  return connection.send(textOf(value));
}

function textOf(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw wrongOption('sendJson: value', `is ${show(value)}, which JSON.stringify throws for; see cause`, { cause });
  }
  if (text === undefined)
    throw wrongOption('sendJson: value', `is ${show(value)}; it must be a value that JSON has a text for`);
  return text;
}
