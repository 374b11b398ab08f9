import { isUtf8 } from 'node:buffer';
import type { Connection } from '../../supervisor/api/connection.js';
import { isThenable } from '../../transport/contain.js';
import type { Frame } from '../../transport/frame.js';
import { type InvalidMessage, type MessageFault, type MessagesOptions, resolveMessages } from './message-options.js';
import { sendJson } from './send-json.js';
import type { MessageOf, StandardSchema } from './standard-schema.js';
import { ENDED, UntilEnded } from './until-ended.js';
import { checkedResult, type Validate, validatorOf } from './validator.js';

/** The parts of a connection that `messages` needs. */
export type MessageSource = Pick<
  Connection<unknown>,
  typeof Symbol.asyncIterator | 'send' | 'close' | 'closed' | 'signal'
>;

/** How a connection is closed for a fault. Nothing of what the peer has sent is in the reason. */
const CLOSES = {
  binary: { code: 1007, reason: 'text expected' },
  'not-json': { code: 1007, reason: 'not JSON' },
  refused: { code: 1008, reason: 'invalid message' },
} as const;

/**
 * Iterates the messages of a connection: JSON that a schema has let through, with the schema's type. It pulls the
 * connection's own iterator, so the socket is paused while the loop is behind; `break` only detaches, and frames are
 * consumed in one place at a time, as there. It ends silently; why the connection ended is in `connection.closed`.
 *
 * Messages are validated one after the other, also if the schema does it asynchronously. What is being validated when
 * the connection ends is waited for until `connection.signal` aborts; then the iteration ends.
 *
 * What the schema throws, or rejects with, is thrown out of the loop: a handler that does not catch it ends with 1011.
 *
 * @param schema any Standard Schema: one of zod, valibot, arktype, and others.
 * @throws {OptionError} for anything but a schema, and for wrong options; out of the loop for a schema that returns
 *   what no schema returns, and for a reply that JSON has no text for.
 */
export function messages<Schema extends StandardSchema>(
  connection: MessageSource,
  schema: Schema,
  options: MessagesOptions = {},
): AsyncIterableIterator<MessageOf<Schema>> {
  const validate = validatorOf(schema) as Validate<MessageOf<Schema>>;
  const { invalid, binary } = resolveMessages(options);
  return validated(connection, validate, invalid, binary);
}

async function* validated<Message>(
  connection: MessageSource,
  validate: Validate<Message>,
  invalid: InvalidMessage,
  takesBinary: boolean,
): AsyncGenerator<Message, void, undefined> {
  const untilEnded = new UntilEnded(connection);
  for await (const frame of connection) {
    const parsed = parse(frame, takesBinary);
    let fault = parsed.fault;
    if (fault === undefined) {
      const given = validate(parsed.value);
      const result = isThenable(given) ? await untilEnded.wait(given) : given;
      if (result === ENDED) return;
      const checked = checkedResult(result);
      if (checked.issues === undefined) {
        yield checked.value;
        continue;
      }
      fault = { kind: 'refused', issues: checked.issues, frame, value: parsed.value };
    }
    if (invalid === 'close') {
      const { code, reason } = CLOSES[fault.kind];
      connection.close(code, reason);
      return;
    }
    if (invalid === 'skip') continue;
    const given = invalid(fault);
    const reply = isThenable(given) ? await untilEnded.wait(given) : given;
    if (reply === ENDED) return;
    if (reply !== undefined) sendJson(connection, reply);
  }
}

type Parsed =
  | { readonly fault: MessageFault; readonly value?: undefined }
  | { readonly fault?: undefined; readonly value: unknown };

/** Reads the JSON of a frame. Text was checked to be UTF-8 when it came. */
function parse(frame: Frame, takesBinary: boolean): Parsed {
  if (frame.isBinary && !takesBinary) return faulty('binary', frame);
  if (frame.isBinary && !isUtf8(frame.data)) return faulty('not-json', frame);
  try {
    return { value: frame.json() };
  } catch {
    // The error's message repeats what the peer has sent.
    return faulty('not-json', frame);
  }
}

function faulty(kind: 'binary' | 'not-json', frame: Frame): Parsed {
  return { fault: { kind, issues: [{ message: CLOSES[kind].reason }], frame, value: undefined } };
}
