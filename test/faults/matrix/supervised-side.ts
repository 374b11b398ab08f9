import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getSystemErrorName } from 'node:util';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { Handler } from '../../../src/supervisor/api/handler.js';
import type { Supervisor } from '../../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../../src/supervisor/create-supervisor.js';
import type { CloseReport } from '../../../src/transport/close-report.js';
import { TLS_IDENTITY } from '../../support/tls-identity.js';
import { type CellLimits, LOOPBACK, type Outcome, type Protocol, type Role } from './cell.js';
import { CountedClock } from './counted-clock.js';
import { heldSockets } from './held-sockets.js';
import { until } from './until.js';

/** What came of a cell, and when, in monotonic ms. */
export interface Seen {
  readonly outcome: Outcome;
  readonly at: number;
}

/** Sends every frame back. */
const echo: Handler = async (connection) => {
  for await (const frame of connection) connection.send(frame);
};

/** The supervised side of one cell: a listener or a dialer, and all that is seen of its one connection. */
export class SupervisedSide implements AsyncDisposable {
  readonly role: Role;
  readonly protocol: Protocol;
  readonly supervisor: Supervisor;
  readonly clock = new CountedClock();
  readonly seen: Seen[] = [];
  /** Clients that were lost before their request came. */
  readonly dropped: Seen[] = [];
  runningHandlers = 0;
  readonly #since = performance.now();
  /** How long reports say that their connections were open, in ms. */
  readonly #openMs: number[] = [];
  /** The port that is listened on, or dialed. */
  port = 0;
  /** The address that is listened on, or dialed. */
  readonly #host: string;
  readonly #serverWithinMs: number;
  #server: Server | undefined;

  constructor(role: Role, protocol: Protocol, { liveness, serverWithinMs, ...limits }: CellLimits, host = LOOPBACK) {
    this.#host = host;
    this.#serverWithinMs = serverWithinMs;
    this.role = role;
    this.protocol = protocol;
    this.supervisor = createSupervisor({ clock: this.clock, limits, liveness });
    this.supervisor.events$.subscribe((event) => {
      const at = performance.now();
      if (event.type === 'connection.ended') {
        const { report } = event;
        if (report.openedAt !== undefined) this.#openMs.push(report.endedAt - report.openedAt);
        this.seen.push({ outcome: outcomeOf(report), at });
      } else if (event.type === 'handshake.refused') {
        const { status, why } = event;
        this.seen.push({ outcome: { is: 'refused', status, why }, at });
      } else if (event.type === 'listener.error') {
        this.dropped.push({ outcome: { is: 'dropped', cause: nameOf(event.error) }, at });
      }
    });
  }

  /** Listens: on a port of its own, or over TLS beside an HTTPS server. `authenticate` may hold handshakes back. */
  async listen(authenticate?: () => Promise<void>): Promise<void> {
    if (this.protocol === 'TLS') {
      this.#server = createServer({
        ...TLS_IDENTITY,
        handshakeTimeout: this.#serverWithinMs,
        headersTimeout: this.#serverWithinMs,
        connectionsCheckingInterval: this.#serverWithinMs / 4,
      }).listen(0, this.#host);
      await once(this.#server, 'listening');
    }
    const listener = await this.supervisor.listen({
      ...(this.#server === undefined ? { port: 0, host: this.#host } : { server: this.#server }),
      ...(authenticate === undefined
        ? {}
        : { authenticate: async () => ({ data: await authenticate().then(() => undefined) }) }),
      handler: this.#handler,
    });
    const address = this.#server === undefined ? listener.address : this.#server.address();
    this.port = (address as AddressInfo).port;
  }

  /** Dials once. */
  dial(port: number): void {
    this.port = port;
    this.supervisor.dial({
      url: `${this.protocol === 'TLS' ? 'wss' : 'ws'}://${this.#host}:${port}/`,
      tls: this.protocol === 'TLS' ? { ca: TLS_IDENTITY.cert } : undefined,
      restart: 'temporary',
      retry: () => 'stop',
      handler: this.#handler,
    });
  }

  /** The connection, once it is open. */
  async connection(withinMs: number): Promise<Connection<unknown>> {
    const open = () => [...this.supervisor.connections.values()].find(({ state }) => state === 'open');
    await until(() => open() !== undefined || this.seen.length > 0, 'an open connection', withinMs);
    const connection = open();
    if (connection === undefined) throw new Error(`there was no open connection: ${JSON.stringify(this.seen)}`);
    return connection;
  }

  /** What has come of the connection, once something has. */
  async end(withinMs: number): Promise<Seen> {
    await until(() => this.seen.length > 0, 'what comes of the fault', withinMs);
    return this.seen[0] as Seen;
  }

  /** What a connection that is over has left behind, one line each. */
  get left(): string[] {
    const { connections, handshakesInFlight, lingeringHandlers } = this.supervisor.stats();
    const counts = {
      connections: this.supervisor.connections.size + connections.connecting + connections.open + connections.closing,
      'opening handshakes': handshakesInFlight,
      handlers: this.runningHandlers + lingeringHandlers,
      timers: this.clock.armed,
      'holds on the process': this.clock.held,
      'impossible durations': this.#openMs.filter((ms) => ms < 0 || ms > performance.now() - this.#since + 1).length,
    };
    const left = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : `${count} ${what}`));
    // The kernel is asked last: the answer is long.
    const sockets = left.length === 0 ? heldSockets(this.role, this.port) : 0;
    return sockets === 0 ? left : [`${sockets} sockets`];
  }

  readonly #handler: Handler = async (connection) => {
    this.runningHandlers += 1;
    try {
      await echo(connection);
    } finally {
      this.runningHandlers -= 1;
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.supervisor.terminate();
    const server = this.#server;
    if (server === undefined) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}

/** What a cell compares of a report. */
function outcomeOf({ outcome, trigger, endedBy, phase, startedBy, code, cause }: CloseReport): Outcome {
  return {
    is: 'report',
    verdict: {
      outcome,
      trigger,
      ...(endedBy === undefined ? {} : { endedBy }),
      phase,
      startedBy,
      code,
      ...(cause === undefined ? {} : { cause: nameOf(cause) }),
    },
  };
}

/** The code of an error, or its message; an errno must be the one of the code. */
function nameOf(error: NodeJS.ErrnoException): string {
  const { code, errno, message } = error;
  if (errno !== undefined && getSystemErrorName(errno) !== code) return `${code} with the errno of ${errno}`;
  return code ?? message;
}
