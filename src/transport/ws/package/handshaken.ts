import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { DeflateParams } from './deflate-terms.js';

/** A socket after a successful opening handshake. */
export interface Handshaken {
  readonly socket: Duplex;
  /** What the peer had sent behind its handshake. */
  readonly head: Buffer;
  readonly protocol: string;
  /** What was negotiated for permessage-deflate, if it was. */
  readonly deflate: DeflateParams | undefined;
  /** The header fields of the server's 101, on the client's side. */
  readonly headers?: IncomingHttpHeaders | undefined;
}
