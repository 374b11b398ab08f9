import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SentFields } from '../http-response.js';
import type { HttpAnswer } from '../transport.js';

/** How long a refused client may keep its side of TCP open. */
const LINGER_MS = 1000;

/**
 * Answers an opening handshake with an HTTP status and ends the socket. What the client still sends is read and
 * discarded: closing with unread input would make TCP reset the connection and destroy the answer on its way.
 */
export function answer(socket: Duplex, { status, headers = {}, body }: HttpAnswer): void {
  const name = STATUS_CODES[status] ?? 'Error';
  const text = body ?? name;
  const lines = [`HTTP/1.1 ${status} ${name}`, 'Connection: close'];
  if (!Object.keys(headers).some((field) => field.toLowerCase() === 'content-type'))
    lines.push('Content-Type: text/plain; charset=utf-8');
  lines.push(`Content-Length: ${Buffer.byteLength(text)}`);
  lines.push(...fieldLines(headers));
  const drop = () => socket.destroy();
  socket.on('error', drop);
  socket.once('end', drop);
  socket.resume();
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
  // Not the socket's own timeout, which starts again with every byte.
  const timer = setTimeout(drop, LINGER_MS);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Header fields as the lines of an answer. */
export function fieldLines(fields: SentFields): string[] {
  return Object.entries(fields).flatMap(([name, values]) =>
    (typeof values === 'string' ? [values] : values).map((value) => `${name}: ${value}`),
  );
}
