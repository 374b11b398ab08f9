import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { snapshotOf, takenSince } from '../../../src/transport/ws/socket-snapshot.js';

/** A socket as far as it matters here. */
class Offered extends PassThrough {
  bytesWritten = 7;
  _httpMessage: EventEmitter | null = null;
}

describe('a socket was taken by who', () => {
  test.each<[string, (socket: Offered) => unknown, string]>([
    ['has ended it', (socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'), 'it was ended'],
    ['has written to it', (socket) => (socket.bytesWritten += 1), 'it was written to'],
    ['listens for its data', (socket) => socket.on('data', () => {}), 'it is being read'],
    ['reads it when there is something', (socket) => socket.on('readable', () => {}), 'it is being read'],
    ['pipes it', (socket) => socket.pipe(new PassThrough()), 'it is being read'],
    ['answers on it', (socket) => (socket._httpMessage = new EventEmitter()), 'a response is being written to it'],
  ])('%s', (_what, take, how) => {
    const socket = new Offered();
    const snapshot = snapshotOf(socket);
    take(socket);
    expect(takenSince(socket, snapshot)).toBe(how);
  });

  test('has destroyed it in the turn it came in', () => {
    const socket = new Offered();
    expect(takenSince(socket, { ...snapshotOf(socket), isDropped: true })).toBe('it was destroyed');
  });
});

describe('a socket was not taken', () => {
  test.each<[string, (socket: Offered) => unknown]>([
    ['that earlier answers were written to', () => {}],
    [
      'by who looks out for its end',
      (socket) =>
        socket
          .on('error', () => {})
          .on('close', () => {})
          .on('end', () => {}),
    ],
    ['that the client has left', (socket) => socket.destroy()],
    ['that is paused', (socket) => socket.pause()],
  ])('%s', (_what, use) => {
    const socket = new Offered();
    const snapshot = snapshotOf(socket);
    use(socket);
    expect(takenSince(socket, snapshot)).toBeUndefined();
  });

  // Node ends its side of a TLS socket when the client does: such clients were reported as taken.
  test('that has ended together with its client', async () => {
    const socket = new Offered({ allowHalfOpen: false });
    const snapshot = snapshotOf(socket);
    socket.push(null);
    socket.resume();
    await once(socket, 'finish');
    expect(socket.writableEnded).toBe(true);
    expect(takenSince(socket, snapshot)).toBeUndefined();
  });

  test('by the answer to an earlier request that still goes out', () => {
    const socket = new Offered();
    socket._httpMessage = new EventEmitter();
    expect(takenSince(socket, snapshotOf(socket))).toBeUndefined();
  });

  test('that counts no bytes, and has nothing to write', () => {
    const socket = new PassThrough();
    expect(takenSince(socket, snapshotOf(socket))).toBeUndefined();
  });
});
