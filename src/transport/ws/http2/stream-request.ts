import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { HandshakeRequest } from '../../transport.js';
import { socketBelow } from '../socket/http2-stream.js';

/** What users see of an extended CONNECT (RFC 8441 section 4). */
export function streamRequest(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): HandshakeRequest {
  return {
    method: headers[':method'] ?? 'CONNECT',
    url: headers[':path'] ?? '',
    httpVersion: '2.0',
    connectProtocol: protocolOf(headers),
    headers: { ...fieldsOf(headers), host: hostOf(headers, rawHeaders) },
    remoteAddress: socketBelow(stream)?.remoteAddress,
    isSecure: stream.session?.encrypted === true,
    stream,
  };
}

/** Whether a stream asks for a WebSocket. */
export function asksForWebSocket(headers: IncomingHttpHeaders): boolean {
  return headers[':method'] === 'CONNECT' && protocolOf(headers) === 'websocket';
}

/** In lower case: its names are those of the Upgrade field, whose case does not matter (RFC 9110 section 7.8). */
function protocolOf(headers: IncomingHttpHeaders): string | undefined {
  const protocol = headers[':protocol'];
  return typeof protocol === 'string' ? protocol.toLowerCase() : undefined;
}

/** Header fields without the pseudo-header fields (RFC 9113 section 8.3). */
function fieldsOf(headers: IncomingHttpHeaders): HandshakeRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
}

/**
 * The `:authority`. Beside it there may be a Host field that says the same (RFC 9113 section 8.3.1): if it does not,
 * all of them are returned. Node keeps the first of several Host fields only.
 */
function hostOf(headers: IncomingHttpHeaders, rawHeaders: readonly string[]): string | readonly string[] | undefined {
  const { ':authority': authority } = headers;
  const hosts = authority === undefined ? [] : [authority];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1] ?? '';
    if (rawHeaders[i] === 'host' && value.toLowerCase() !== authority?.toLowerCase()) hosts.push(value);
  }
  return hosts.length > 1 ? hosts : hosts[0];
}
