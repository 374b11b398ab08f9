import { type CloseReport, type Connection, EndedError, explain, type Frame, NotSentError } from '../../index.js';

/** What comes out of a stream of messages, and goes into it: a text, or bytes. */
export type Message = string | Uint8Array;

/** Codes of a Close by which a peer says that all is well. */
const PEER_IS_DONE: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** A message as a stream has it: text as a string, binary as bytes. */
export function messageOf(frame: Frame): string | Buffer {
  return frame.isBinary ? frame.data : frame.text();
}

/**
 * Returns what a stream fails with when its connection has ended, or nothing if that is the stream's regular end: this
 * side has closed with 1000, or the peer with 1000, 1001, or no code, and both Close frames have crossed.
 */
export function faultOf(report: CloseReport): EndedError | undefined {
  const { wasClean, startedBy, code } = report;
  const isRegular = wasClean && (startedBy === 'peer' ? PEER_IS_DONE.has(code) : code === 1000 || code === 1005);
  return isRegular ? undefined : endedError(report);
}

/** The error that says how a connection has ended. */
export function endedError(report: CloseReport): EndedError {
  return new EndedError(`stream: ${explain(report)}`, { report });
}

/**
 * Sends one message, and waits as long as more than `highWaterMark` bytes wait for the peer.
 *
 * @throws {NotSentError} when it was not taken, by rejection.
 */
export async function sendOne(connection: Connection<unknown>, message: Message): Promise<void> {
  const result = connection.send(message);
  if (result === 'backpressure') await connection.writable();
  else if (result === 'closed')
    throw new NotSentError('closed', `connection ${connection.id} is ${connection.state}: the message was not taken.`);
  else if (result === 'dropped')
    throw new NotSentError('dropped', `connection ${connection.id} has too much waiting: the message was dropped.`);
}

/**
 * The stream is given up on this side: its error ends the connection with 1011, as if the handler had thrown it;
 * without one TCP is dropped. Resolves when the connection has ended.
 */
export async function giveUp(connection: Connection<unknown>, fault?: { readonly error: unknown }): Promise<void> {
  if (connection.report !== undefined) return;
  connection.discardFrames();
  if (fault === undefined) connection.terminate();
  else connection.fail(fault.error);
  await connection.closed;
}
