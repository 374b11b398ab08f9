import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../supervisor/api/clock.js';
import type { FromWorker } from './messages.js';

/** How often the primary gets the number of sockets at most, in ms. */
const REPORT_EVERY_MS = 100;

/** How often it is looked whether all handshakes are over, in ms. */
const LOOK_EVERY_MS = 50;

/** The sockets that a worker's process has been handed, for its HTTP server, which has no port of its own. */
export class HandedSockets {
  readonly #clock: Clock;
  readonly #report: (load: Extract<FromWorker, { readonly kind: 'load' }>) => void;
  #server: Server | undefined;
  #received = 0;
  #open = 0;
  /** Those that have asked for a WebSocket. */
  #upgraded = 0;
  #timer: unknown;

  constructor(clock: Clock, report: (load: Extract<FromWorker, { readonly kind: 'load' }>) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** How many there are. */
  get open(): number {
    return this.#open;
  }

  /** Gives the sockets to a server from now on; the primary sends none before. */
  serveBy(server: Server): void {
    this.#server = server;
    server.prependListener('upgrade', (_request: unknown, socket: Duplex) => {
      this.#upgraded += 1;
      socket.once('close', () => {
        this.#upgraded -= 1;
      });
    });
    // Node begins to watch over the times of requests when a server listens.
    server.emit('listening');
  }

  take(socket: Socket): void {
    this.#received += 1;
    this.#open += 1;
    socket.once('close', () => {
      this.#open -= 1;
      this.#changed();
    });
    this.#changed();
    // As a server's own sockets are: a client may end its side before it has the answer.
    socket.allowHalfOpen = true;
    if (this.#server === undefined) socket.destroy();
    else this.#server.emit('connection', socket);
  }

  /**
   * Resolves when each socket has been upgraded or closed and no handshake is under way, or in `withinMs`. Idle plain
   * connections are ended.
   */
  settled(handshakesInFlight: () => number, withinMs: number): Promise<void> {
    const until = this.#clock.now() + withinMs;
    return new Promise((resolve) => {
      const look = () => {
        this.#server?.closeIdleConnections();
        const isOver = this.#open <= this.#upgraded && handshakesInFlight() === 0;
        if (isOver || this.#clock.now() >= until) resolve();
        else this.#clock.setTimeout(look, LOOK_EVERY_MS);
      };
      look();
    });
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #changed(): void {
    this.#timer ??= this.#clock.setTimeout(() => {
      this.#timer = undefined;
      this.#report({ kind: 'load', received: this.#received, open: this.#open });
    }, REPORT_EVERY_MS);
  }
}
