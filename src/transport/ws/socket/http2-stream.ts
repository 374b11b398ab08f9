import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The error code of a stream that is no longer needed (RFC 9113 section 7). */
export const CANCEL = 8;

/** Whether a socket is a stream within HTTP/2. An import of the class of those would load all of HTTP/2. */
export function isHttp2Stream(socket: Duplex): socket is ServerHttp2Stream {
  return 'rstCode' in socket;
}

/** The socket below a stream; `undefined` once either is gone. */
export function socketBelow(stream: ServerHttp2Stream): Socket | undefined {
  return stream.session?.destroyed === false ? stream.session.socket : undefined;
}

/** Whether the connection below a stream is gone, and the stream with it. */
export function isLostBelow(stream: ServerHttp2Stream): boolean {
  return socketBelow(stream)?.destroyed !== false;
}

/**
 * Whether a socket may be ended now. A stream is ended only after it has written what it was given: its peer may end
 * its own side as soon as it has our Close, the stream is gone then, and nobody would learn that the Close was written.
 */
export function mayEnd(socket: Duplex): boolean {
  return socket.writableLength === 0 || !isHttp2Stream(socket);
}
