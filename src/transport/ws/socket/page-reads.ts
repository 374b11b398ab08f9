import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pages } from '../../protocol/pages.js';
import { handleOf } from './handle.js';

/**
 * Has a socket read into the read page from now on, instead of into 64 KiB of new memory for each chunk; `onRead` is
 * called on the socket with the number of bytes read. What the socket had read before still comes as `data`.
 *
 * @returns whether it can be had: not for TLS, nor for streams that are no socket of Node's, nor for one whose `data`
 * somebody besides its owner listens to, nor where Node's insides have changed.
 */
export function readIntoPage(socket: Duplex, onRead: (this: Socket, bytes: number) => void): boolean {
  const handle = handleOf(socket);
  if (typeof handle?.useUserBuffer !== 'function' || socket.listenerCount('data') > 1) return false;
  if (names === 'not asked') names = namesIn(socket);
  if (names === undefined) return false;
  const page = pages().read;
  Object.assign(socket, { [names.buffer]: page, [names.callback]: onRead });
  handle.useUserBuffer(page);
  return true;
}

/**
 * Under which Node keeps what it does for `onread`, an option of `net.connect`: to read into one buffer and call back.
 */
interface Names {
  readonly buffer: symbol;
  readonly callback: symbol;
}

let names: Names | undefined | 'not asked' = 'not asked';

function namesIn(socket: Duplex): Names | undefined {
  const named = (name: string) => Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
  const [buffer, callback] = [named('kBuffer'), named('kBufferCb')];
  return buffer === undefined || callback === undefined ? undefined : { buffer, callback };
}
