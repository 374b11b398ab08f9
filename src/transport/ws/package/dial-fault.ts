import type { IncomingMessage } from 'node:http';
import { faultInChoice } from '../../protocol/deflate-negotiation.js';
import { parseExtensions } from '../../protocol/extension-field.js';
import { errorFrom } from '../../thrown.js';

/** Statuses below are interim answers, or none. 101 opens the connection, or breaks the protocol. */
const FIRST_FINAL_STATUS = 200;

/** What Node knows of a fault of the system's, beside its message. */
type SystemFault = Pick<NodeJS.ErrnoException, 'code' | 'errno' | 'syscall'>;

/**
 * What is wrong with an answer that Node takes for an upgrade, as far as ws would not find it or say it.
 *
 * @param isDeflateOffered whether permessage-deflate was offered.
 */
export function faultInUpgrade(
  { headers, httpVersion, httpVersionMajor, httpVersionMinor }: IncomingMessage,
  isDeflateOffered: boolean,
): Error | undefined {
  const isSpoken = httpVersionMajor > 1 || (httpVersionMajor === 1 && httpVersionMinor >= 1);
  if (!isSpoken) {
    return new Error(`the server answered the opening handshake with HTTP/${httpVersion}; allowed is 1.1 or higher.`);
  }
  const field = headers['sec-websocket-extensions'];
  const fault = field === undefined ? undefined : faultInExtensions(field, isDeflateOffered);
  return fault === undefined ? undefined : new Error(`${fault}.`);
}

function faultInExtensions(field: string, isDeflateOffered: boolean): string | undefined {
  const chosen = parseExtensions(field);
  if (chosen !== undefined) return faultInChoice(chosen, isDeflateOffered);
  return 'the server answered the opening handshake with a malformed Sec-WebSocket-Extensions';
}

/** What is wrong with an answer that Node takes for a final one; `undefined` if it is a refusal. */
export function faultInAnswer({ statusCode = 0 }: IncomingMessage): Error | undefined {
  if (statusCode === 101) {
    return new Error(
      'the server answered the opening handshake with 101, but without Upgrade: websocket and Connection: Upgrade.',
    );
  }
  return statusCode < FIRST_FINAL_STATUS
    ? new Error(`the server answered the opening handshake with ${statusCode}, which is no final status.`)
    : undefined;
}

/**
 * A dial's error as a report keeps it. When no address of a host could be reached, Node's has neither message nor
 * errno: they are those of the addresses. What a server sent that speaks no HTTP is left out: reports are kept for
 * long.
 */
export function faultOfDial(thrown: unknown): Error {
  // An agent of the user's may throw anything.
  const error = errorFrom(thrown, 'the agent threw');
  Reflect.deleteProperty(error, 'rawPacket');
  if (!(error instanceof AggregateError) || error.message !== '') return error;
  const faults = error.errors as readonly (Error & SystemFault)[];
  const [first] = faults;
  if (first === undefined) return error;
  const { code = first.code, errno = first.errno, syscall = first.syscall } = error as SystemFault;
  const said = new AggregateError(faults, faults.map(({ message }) => message).join('; '));
  return Object.assign(said, { code, errno, syscall });
}
