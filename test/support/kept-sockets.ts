import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';

/** The sockets of a server under test, to both sides if it stands between two. */
export class KeptSockets {
  readonly #sockets = new Set<Duplex>();

  get size(): number {
    return this.#sockets.size;
  }

  add(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  /**
   * Joins both sides: what is said on one of them is said on the other, and each direction ends by itself, as TCP has
   * it. A side that breaks off takes the other one along.
   */
  join(near: Duplex, far: Duplex): void {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.allowHalfOpen = true;
      socket.pipe(other);
      socket.once('close', () => {
        if (!socket.readableEnded || !socket.writableFinished) other.destroy();
      });
    }
  }

  /** Closes the server, and drops all of them. */
  async close(server: Server): Promise<void> {
    const closed = new Promise<void>((resolve) => void server.once('close', resolve));
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
