import { CloseFrameError } from './errors.js';

/** What is known of a close code. */
export interface CloseCodeInfo {
  readonly name: string;
  /** Whether an endpoint may put it into a Close frame. */
  readonly maySend: boolean;
  /** Whether connecting again may help. */
  readonly mayRetry: boolean;
  readonly source: string;
}

const RFC = 'RFC 6455 section 7.4.1';
const IANA = 'IANA WebSocket Close Code Number Registry';

function info(name: string, maySend: boolean, mayRetry: boolean, source: string): CloseCodeInfo {
  return { name, maySend, mayRetry, source };
}

/** The registered close codes: name, whether they may be sent, whether a retry may help, and who defines them. */
export const closeCodes: Readonly<Record<number, CloseCodeInfo>> = {
  1000: info('normal closure', true, false, RFC),
  1001: info('going away', true, true, RFC),
  1002: info('protocol error', true, false, RFC),
  1003: info('unsupported data', true, false, RFC),
  1004: info('reserved', false, false, RFC),
  1005: info('no status received', false, true, RFC),
  1006: info('abnormal closure', false, true, RFC),
  1007: info('invalid payload data', true, false, RFC),
  1008: info('policy violation', true, true, RFC),
  1009: info('message too big', true, false, RFC),
  1010: info('mandatory extension', true, false, RFC),
  1011: info('internal error', true, true, RFC),
  1012: info('service restart', true, true, IANA),
  1013: info('try again later', true, true, IANA),
  1014: info('bad gateway', true, true, IANA),
  1015: info('TLS handshake failed', false, true, RFC),
  3000: info('unauthorized', true, false, IANA),
  3003: info('forbidden', true, false, IANA),
  3008: info('timeout', true, true, IANA),
};

/** What is known of any close code, its range included (RFC 6455 section 7.4.2). */
export function describeCloseCode(code: number): CloseCodeInfo {
  const known = closeCodes[code];
  if (known !== undefined) return known;
  if (code >= 3000 && code <= 3999) return info('registered by a library or framework', true, true, 'RFC 6455 section 7.4.2');
  if (code >= 4000 && code <= 4999) return info('private to the application', true, true, 'RFC 6455 section 7.4.2');
  return info('unassigned', false, false, 'RFC 6455 section 7.4.2');
}

/** Whether a peer may send this code: everything else is a protocol error. */
export function isReceivableCloseCode(code: number): boolean {
  return Number.isInteger(code) && describeCloseCode(code).maySend;
}

const MAX_REASON_BYTES = 123;

/**
 * Checks what is to go into a Close frame (RFC 6455 sections 5.5.1 and 7.4).
 *
 * @throws {CloseFrameError} a `RangeError` with the value and what is allowed.
 */
export function checkClose(code: number, reason: string, role: 'accepted' | 'dialed'): void {
  if (typeof code !== 'number' || !isReceivableCloseCode(code) || (code === 1010 && role === 'accepted')) {
    const forClients = code === 1010 ? ' (1010 is for clients)' : '';
    throw new CloseFrameError(
      'WIREKEEPER_CLOSE_CODE',
      `close: code ${String(code)} may not be sent${forClients}; allowed are 1000 to 1003, 1007 to 1014, and 3000 to 4999.`,
    );
  }
  if (typeof reason !== 'string') throw new CloseFrameError('WIREKEEPER_CLOSE_REASON', `close: the reason is a ${typeof reason}; it must be a string.`);
  const bytes = Buffer.byteLength(reason);
  if (bytes > MAX_REASON_BYTES) {
    throw new CloseFrameError('WIREKEEPER_CLOSE_REASON', `close: the reason has ${bytes} bytes of UTF-8; at most ${MAX_REASON_BYTES} fit into a Close frame.`);
  }
}
