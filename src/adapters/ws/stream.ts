import { Duplex, type DuplexOptions } from 'node:stream';
import type { WebSocket } from './web-socket.js';

/**
 * Makes a duplex stream of a socket, as ws does, with backpressure both ways: what is written waits until the kernel
 * has it, and the socket is paused while nobody reads. Text is read as text with `readableObjectMode`.
 *
 * The end of the stream closes the socket. `destroy` drops it, and so does an error; an 'error' of the socket destroys
 * the stream.
 */
export function createWebSocketStream(socket: WebSocket, options?: DuplexOptions): Duplex {
  let dropsSocket = true;

  /** Does something as soon as the socket is open. */
  const whenOpen = (act: () => void): void => {
    if (socket.readyState === socket.CONNECTING) socket.once('open', act);
    else act();
  };

  const duplex = new Duplex({
    ...options,
    autoDestroy: false,
    emitClose: false,
    objectMode: false,
    writableObjectMode: false,
    read() {
      if (socket.isPaused) socket.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      whenOpen(() => socket.send(chunk, done));
    },
    final(done) {
      if (socket.readyState === socket.CLOSED) {
        // It never opened: the stream is destroyed by its error.
        if (socket.connection !== undefined) done();
        return;
      }
      whenOpen(() => {
        socket.once('close', () => done());
        socket.close();
      });
    },
    destroy(error, done) {
      const end = () => {
        done(error);
        process.nextTick(() => duplex.emit('close'));
      };
      if (socket.readyState === socket.CLOSED) {
        end();
        return;
      }
      socket.once('error', () => {});
      socket.once('close', end);
      if (dropsSocket) socket.terminate();
    },
  });

  socket.on('message', (data, isBinary) => {
    const chunk = !isBinary && duplex.readableObjectMode ? (data as Buffer).toString() : data;
    if (!duplex.push(chunk)) socket.pause();
  });
  socket.once('error', (error) => {
    if (duplex.destroyed) return;
    // The socket ends by itself; to drop it now could destroy its Close on the way.
    dropsSocket = false;
    duplex.destroy(error);
  });
  socket.once('close', () => {
    if (!duplex.destroyed) duplex.push(null);
  });
  const destroyWhenOver = () => {
    if (!duplex.destroyed && duplex.readableEnded && duplex.writableFinished) duplex.destroy();
  };
  duplex.on('end', destroyWhenOver);
  duplex.on('finish', destroyWhenOver);
  return duplex;
}
