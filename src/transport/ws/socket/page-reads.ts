import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pages, RECORD_BYTES } from '../../protocol/pages.js';
import { handleOf, tlsHandleOf } from './handle.js';

/**
 * What a socket calls with the number of bytes that it has read, and where they are: in its page, or where `readNextTo`
 * had it read to.
 */
export type OnRead = (this: Socket, bytes: number, where: Buffer) => void;

/** What the two kinds of sockets call. */
export interface OnReads {
  /** The page is the read page. */
  readonly plain: OnRead;
  /** The page is that of TLS. What is called meanwhile may have another socket read into it. */
  readonly encrypted: OnRead;
}

/**
 * Has a socket read into a page from now on that sockets share, instead of into new memory for each chunk. What the
 * socket had read before still comes as `data`.
 *
 * @returns whether it can be had: not for streams that are no socket of Node's, nor for one whose `data` somebody
 * besides its owner listens to, nor where Node's insides have changed.
 */
export function readIntoPage(socket: Duplex, onReads: OnReads): boolean {
  const plain = handleOf(socket);
  const handle = plain ?? tlsHandleOf(socket);
  if (typeof handle?.useUserBuffer !== 'function' || socket.listenerCount('data') > 1) return false;
  if (names === 'not asked') names = namesIn(socket);
  if (names === undefined) return false;
  const page = plain === undefined ? tlsPage() : pages().read;
  const callback = plain === undefined ? onReads.encrypted : onReads.plain;
  Object.assign(socket, { [names.buffer]: page, [names.callback]: callback, [names.next]: takeNext });
  handle.useUserBuffer(page);
  return true;
}

let openedTlsPage: Buffer | undefined;

/** The page of TLS sockets, made when first asked for. */
export function tlsPage(): Buffer {
  openedTlsPage ??= Buffer.allocUnsafeSlow(RECORD_BYTES);
  return openedTlsPage;
}

let next: Buffer | undefined;

/** Has the socket that has called back read to `where` from now on, until it is asked for something else. */
export function readNextTo(where: Buffer): void {
  next = where;
}

/** Node asks right after the callback, and takes `undefined` for no change. */
function takeNext(): Buffer | undefined {
  const where = next;
  next = undefined;
  return where;
}

/**
 * Under which Node keeps what it does for `onread`, an option of `net.connect`: to read into a buffer, to call back,
 * and to ask for the next buffer.
 */
interface Names {
  readonly buffer: symbol;
  readonly callback: symbol;
  readonly next: symbol;
}

let names: Names | undefined | 'not asked' = 'not asked';

function namesIn(socket: Duplex): Names | undefined {
  const named = (name: string) => Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
  const [buffer, callback, generator] = [named('kBuffer'), named('kBufferCb'), named('kBufferGen')];
  if (buffer === undefined || callback === undefined || generator === undefined) return undefined;
  return { buffer, callback, next: generator };
}
