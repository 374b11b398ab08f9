import { STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import { type CloseReport, describeCloseCode } from '../../index.js';
import { MAX_REASON_BYTES } from '../../transport/close-code.js';

/** The server's answer, other than 101, as listeners of 'unexpected-response' get it: the first 4 KiB of its body. */
export interface UnexpectedResponse extends Readable {
  readonly statusCode: number;
  /** The phrase that belongs to the status, whatever the server has sent. */
  readonly statusMessage: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** The faults of a peer that ws emits as 'error'. */
const FAULTS: ReadonlySet<string | undefined> = new Set(['protocol-error', 'too-big', 'limit']);

/** The code and reason that listeners of 'close' get: those of the Close received, or 1006. */
export function receivedClose({ received }: Partial<CloseReport>): { readonly code: number; readonly reason: Buffer } {
  return { code: received?.code ?? 1006, reason: Buffer.from(received?.reason ?? '') };
}

/**
 * The error that ws emits for an ending; `undefined` where it emits none, as for a reset or a lost peer: the report has
 * the cause.
 */
export function errorOf(report: CloseReport): Error | undefined {
  const { phase, trigger, endedBy, cause, httpStatus } = report;
  if (phase !== 'connecting')
    return FAULTS.has(trigger) || FAULTS.has(endedBy)
      ? (cause ?? new Error(`the peer broke a rule: ${trigger}`))
      : undefined;
  if (trigger === 'refused') return new Error(refusedMessage(cause, httpStatus), { cause });
  if (trigger === 'open-deadline') return new Error('Opening handshake has timed out', { cause });
  return cause ?? new Error('WebSocket was closed before the connection was established');
}

function refusedMessage(cause: Error | undefined, httpStatus: number | undefined): string {
  const isLoop = cause !== undefined && 'code' in cause && cause.code === 'ERR_TOO_MANY_REDIRECTS';
  return isLoop ? 'Maximum redirects exceeded' : `Unexpected server response: ${httpStatus}`;
}

/** The server's answer to a handshake that it has refused; `undefined` for any other ending. */
export function refusalOf({ trigger, httpStatus, httpResponse }: CloseReport): UnexpectedResponse | undefined {
  if (trigger !== 'refused' || httpStatus === undefined) return undefined;
  const { headers = {}, body = '' } = httpResponse ?? {};
  const statusMessage = STATUS_CODES[httpStatus] ?? '';
  return Object.assign(Readable.from([Buffer.from(body)]), { statusCode: httpStatus, statusMessage, headers });
}

/**
 * Checks the arguments of `close`. Without a code the Close is empty.
 *
 * @throws {TypeError} for a code that may not be sent, and for a reason that is neither text nor bytes; {RangeError}
 *   for a reason that is too long.
 */
export function closeOf(
  code: number | undefined,
  reason?: string | Uint8Array,
  role: 'accepted' | 'dialed' = 'dialed',
): { readonly code: number; readonly reason: string } {
  if (code === undefined) return { code: 1005, reason: '' };
  if (typeof code !== 'number' || !describeCloseCode(code).maySend || (code === 1010 && role === 'accepted'))
    throw new TypeError('First argument must be a valid error code number');
  const text = textOf(reason);
  if (Buffer.byteLength(text) > MAX_REASON_BYTES)
    throw new RangeError(`The message must not be greater than ${MAX_REASON_BYTES} bytes`);
  return { code, reason: text };
}

/** A reason as text. As with ws, what has no length is none. */
function textOf(reason: unknown): string {
  if (typeof reason === 'string') return reason;
  // Bytes that are no UTF-8 would fail the connection at the peer: they are replaced.
  if (reason instanceof Uint8Array) return Buffer.from(reason.buffer, reason.byteOffset, reason.length).toString();
  const isList = typeof reason === 'object' && reason !== null && 'length' in reason && reason.length !== 0;
  if (reason === null || isList) throw new TypeError('Second argument must be a string or a Uint8Array');
  return '';
}
