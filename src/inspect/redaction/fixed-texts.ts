import { STATUS_CODES } from 'node:http';

/** Reasons of Close frames that are the library's own. */
const REASONS: ReadonlySet<string> = new Set([
  'idle',
  'quiet',
  'credential expired',
  'handler too slow',
  'not ready in time',
  'peer reads too slowly',
  'message took too long',
  'too much is buffered',
  'too many messages',
  'too many bytes',
  // Of `wirekeeper serve`.
  'service restart',
]);

/** Advice on when to come back, alone or behind a reason. */
const ADVICE = /(?:^|; )retry-after-ms=\d{1,8}$/;

/** What ws finds wrong with a frame. */
const FRAME_FAULTS = [
  'FIN must be set',
  'MASK must be (?:set|clear)',
  'RSV1 must be (?:set|clear)',
  'RSV2 and RSV3 must be clear',
  String.raw`invalid (?:opcode|payload length|status code) \d{1,6}`,
  'invalid UTF-8 sequence',
].join('|');

/** Messages of errors that are the library's own, or that ws or Node make of nothing but numbers. */
const MESSAGES: readonly RegExp[] = [
  new RegExp(`^Invalid WebSocket frame: (?:${FRAME_FAULTS})$`),
  /^Max payload size exceeded$/,
  /^Too many (?:message fragments|buffered chunks)$/,
  /^Unsupported WebSocket frame: payload length > 2\^53 - 1$/,
  /^Invalid (?:Sec-WebSocket-Accept|Sec-WebSocket-Extensions|Upgrade) header$/,
  /^Server sent (?:no subprotocol|an invalid subprotocol|a subprotocol but none was requested)$/,
  /^the server chose none of the subprotocols offered$/,
  /^the server answered the opening handshake with HTTP\/\d\.\d; allowed is 1\.1 or higher\.$/,
  /^the server answered the opening handshake with \d{3}, which is no final status\.$/,
  /^the server answered the opening handshake with 101, but without Upgrade: websocket and Connection: Upgrade\.$/,
  /^TCP was ended by the peer without a Close frame$/,
  /^the dial ended before its opening handshake began$/,
  /^the opening handshake was called off before it was answered$/,
  /^the peer (?:broke the protocol|sent text that is not UTF-8|sent a message in too many fragments)$/,
  /^a frame breaks the protocol$/,
  /^the connection has ended$/,
  /^socket hang up$/,
  /^WebSocket was closed before the connection was established$/,
];

const REFUSAL = /^the server answered the opening handshake with (\d{3})(?: (.*))?$/;

/** Whether a Close reason is the library's own text, or advice on when to come back. */
export function isFixedReason(reason: string): boolean {
  const words = reason.replace(ADVICE, '');
  return words === '' || REASONS.has(words);
}

/** Whether a message is the library's own text, or the usual text of a status. */
export function isFixedMessage(message: string): boolean {
  const [, status, phrase] = REFUSAL.exec(message) ?? [];
  if (status !== undefined) return phrase === undefined || phrase === STATUS_CODES[status];
  return message === '' || MESSAGES.some((pattern) => pattern.test(message));
}
