import { STATUS_CODES } from 'node:http';
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { SentFields } from '../../http-response.js';
import type { HttpAnswer } from '../../transport.js';
import { CANCEL } from '../socket/http2-stream.js';

/** How long a refused client may take to read its answer. */
const LINGER_MS = 1000;

/** Answers an extended CONNECT with an HTTP status and ends the stream. */
export function answerStream(stream: ServerHttp2Stream, { status, headers = {}, body }: HttpAnswer): void {
  stream.on('error', () => {});
  if (stream.closed || stream.destroyed) return;
  stream.respond({ 'content-type': 'text/plain; charset=utf-8', ...sendable(headers), ':status': status });
  // Node then closes the stream on both sides, since nothing of it was read.
  stream.end(body ?? STATUS_CODES[status] ?? 'Error');
  const timer = setTimeout(() => stream.close(CANCEL), LINGER_MS);
  timer.unref();
  stream.once('close', () => clearTimeout(timer));
}

/** Header fields as HTTP/2 has them: without those of a connection (RFC 9113 section 8.2.2), and in lower case. */
export function sendable(fields: SentFields): OutgoingHttpHeaders {
  const sent: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(fields)) {
    const field = name.toLowerCase();
    if (OF_CONNECTION.has(field)) continue;
    // Several fields of one name are a list, except cookies (RFC 9110 section 5.3). Some names Node sends once only.
    sent[field] = typeof value === 'string' ? value : field === 'set-cookie' ? [...value] : value.join(', ');
  }
  return sent;
}

const OF_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);
