import { CloseFrameError } from './errors.js';

/** What a close code means. */
export interface CloseCodeInfo {
  /** The registered name, in lower case; for other codes, the purpose of their range. */
  readonly name: string;
  /** What an endpoint means by it. */
  readonly meaning?: string;
  /** Whether an endpoint may send it in a Close frame. */
  readonly maySend: boolean;
  /** Whether connecting again in the same way may help. A hint: what a dialer does is decided by its `retry`. */
  readonly mayRetry: boolean;
  /** The document that defines it. */
  readonly source: string;
}

const RFC = 'RFC 6455 section 7.4.1';
const RANGES = 'RFC 6455 section 7.4.2';
const IANA = 'IANA WebSocket Close Code Number Registry';

type Use = 'retry' | 'stop' | 'never sent, retry' | 'never sent, stop';

function info(source: string, use: Use, name: string, meaning: string): CloseCodeInfo {
  return Object.freeze({
    name,
    meaning,
    maySend: !use.startsWith('never sent'),
    mayRetry: use.endsWith('retry'),
    source,
  });
}

/** The registered close codes. Frozen, since this table decides which codes may be sent. */
export const closeCodes: Readonly<Record<number, CloseCodeInfo>> = Object.freeze({
  1000: info(RFC, 'stop', 'normal closure', 'the connection has served its purpose'),
  1001: info(RFC, 'retry', 'going away', 'the server goes down, or the browser has left the page'),
  1002: info(RFC, 'stop', 'protocol error', 'the other side broke the protocol'),
  1003: info(RFC, 'stop', 'unsupported data', 'data of a kind that is not taken here, such as binary instead of text'),
  1004: info(RFC, 'never sent, stop', 'reserved', 'kept for a meaning to be defined'),
  1005: info(RFC, 'never sent, retry', 'no status received', 'stands for a Close frame without a code'),
  1006: info(RFC, 'never sent, retry', 'abnormal closure', 'stands for an ending without a Close frame'),
  1007: info(RFC, 'stop', 'invalid payload data', 'a message did not fit its type, such as text that is not UTF-8'),
  1008: info(RFC, 'retry', 'policy violation', 'a message broke a policy that no other code names'),
  1009: info(RFC, 'stop', 'message too big', 'a message was larger than can be processed'),
  1010: info(RFC, 'stop', 'mandatory extension', 'the server did not negotiate an extension that the client needs'),
  1011: info(RFC, 'retry', 'internal error', 'something unforeseen kept an endpoint from doing its part'),
  1012: info(IANA, 'retry', 'service restart', 'the service restarts: come back after a random delay'),
  1013: info(IANA, 'retry', 'try again later', 'the service is overloaded: come back later, or elsewhere'),
  1014: info(IANA, 'retry', 'bad gateway', 'a gateway had an invalid answer from the server behind it'),
  1015: info(RFC, 'never sent, retry', 'TLS handshake failed', 'stands for TLS that could not be set up'),
  3000: info(IANA, 'stop', 'unauthorized', 'the credential is missing or has ended, as with HTTP 401'),
  3003: info(IANA, 'stop', 'forbidden', 'the credential does not allow this, as with HTTP 403'),
  3008: info(IANA, 'retry', 'timeout', 'the other side took too long, as with HTTP 408'),
});

const FOR_LIBRARIES = info(RANGES, 'retry', 'for libraries and frameworks', 'means what its library or framework says');
const FOR_APPLICATIONS = info(RANGES, 'retry', 'private to the application', 'means what both ends have agreed on');
const UNASSIGNED = info(
  RANGES,
  'never sent, stop',
  'unassigned',
  'means nothing: a peer that sends it breaks the protocol',
);

/** What any close code means: its own entry, or the purpose of its range (RFC 6455 section 7.4.2). */
export function describeCloseCode(code: number): CloseCodeInfo {
  if (!Number.isInteger(code)) return UNASSIGNED;
  if (code >= 4000 && code <= 4999) return FOR_APPLICATIONS;
  return closeCodes[code] ?? (code >= 3000 && code <= 3999 ? FOR_LIBRARIES : UNASSIGNED);
}

/**
 * Whether a peer may send this code: 1000 to 1003, 1007 to 1014, and 3000 to 4999. Any other code is a protocol error.
 * 1010 is accepted from both sides: servers have no use for it, but that is no reason to fail.
 */
export function isReceivableCloseCode(code: number): boolean {
  return describeCloseCode(code).maySend;
}

/** A control frame has 125 bytes of payload; two of them are the code (RFC 6455 section 5.5). */
export const MAX_REASON_BYTES = 123;

function badCode(call: string, code: unknown, note: string): CloseFrameError {
  const shown = typeof code === 'number' ? `code ${code}` : `a code of type ${typeof code}`;
  return new CloseFrameError(
    'WIREKEEPER_CLOSE_CODE',
    `${call}: ${shown} may not be sent${note}; ` +
      'allowed are 1000 to 1003, 1007 to 1014 (1010 on dialed connections only), and 3000 to 4999.',
  );
}

/**
 * Checks the code and the reason of a Close frame (RFC 6455 sections 5.5.1 and 7.4). A lone surrogate in the reason
 * counts as three bytes, those of the character that replaces it on the wire.
 *
 * @param call what the message begins with: the call that was given them.
 * @throws {CloseFrameError} a `RangeError` that shows the value and says what is allowed.
 */
export function checkClose(code: number, reason: string, role: 'accepted' | 'dialed', call = 'close'): void {
  if (!isReceivableCloseCode(code)) throw badCode(call, code, '');
  if (code === 1010 && role === 'accepted') throw badCode(call, code, ' by a server');
  if (typeof reason !== 'string') {
    throw new CloseFrameError(
      'WIREKEEPER_CLOSE_REASON',
      `${call}: reason is of type ${typeof reason}; it must be a string.`,
    );
  }
  const bytes = Buffer.byteLength(reason);
  if (bytes > MAX_REASON_BYTES) {
    throw new CloseFrameError(
      'WIREKEEPER_CLOSE_REASON',
      `${call}: reason has ${bytes} bytes of UTF-8; at most ${MAX_REASON_BYTES} fit into a Close frame.`,
    );
  }
}

/**
 * The same for the user's own `close`, which may also send a Close without payload: its code is 1005 (section 7.1.5).
 *
 * @throws {CloseFrameError} as `checkClose`, and for 1005 with a reason: there is no place for one.
 */
export function checkOwnClose(code: number, reason: string, role: 'accepted' | 'dialed'): void {
  if (code !== 1005) checkClose(code, reason, role);
  else if (reason !== '') throw badCode('close', code, ' with a reason: it stands for a Close without payload');
}
