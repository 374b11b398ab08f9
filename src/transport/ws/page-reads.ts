import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { pages } from './pages.js';

/**
 * What Node does for `onread`, an option of the sockets it dials (`net.connect`): it reads into one buffer and calls back.
 * Sockets that a server has accepted can have it too, but by these of Node's own names only.
 */
interface Inner {
  readonly _handle?: { readonly useUserBuffer?: unknown } | null;
}

interface Names {
  readonly buffer: symbol;
  readonly callback: symbol;
}

let names: Names | undefined | 'not asked' = 'not asked';

function namesIn(socket: Socket): Names | undefined {
  const named = (name: string) => Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
  const [buffer, callback] = [named('kBuffer'), named('kBufferCb')];
  return buffer === undefined || callback === undefined ? undefined : { buffer, callback };
}

/**
 * Has a socket read into the read page from now on, instead of into 64 KiB of new memory for each chunk; `onRead` is called
 * on the socket with the number of bytes read. What the socket had read before still comes as `data`.
 *
 * @returns whether it can be had: not for TLS, whose bytes may come in the middle of a call, nor for streams that are no
 * socket of Node's, nor for one that somebody else listens to, nor where Node's insides have changed.
 */
export function readIntoPage(socket: Duplex, onRead: (bytes: number) => void): boolean {
  if (!(socket instanceof Socket) || socket instanceof TLSSocket || socket.listenerCount('data') > 1) return false;
  const handle = (socket as Socket & Inner)._handle;
  if (typeof handle?.useUserBuffer !== 'function') return false;
  if (names === 'not asked') names = namesIn(socket);
  if (names === undefined) return false;
  const page = pages().read;
  Object.assign(socket, { [names.buffer]: page, [names.callback]: onRead });
  handle.useUserBuffer(page);
  return true;
}
