import type { Connection } from '../../src/supervisor/api/connection.js';
import type { Handler } from '../../src/supervisor/api/handler.js';
import type { Limits, Liveness } from '../../src/supervisor/api/limits.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createHeapClock, type HeapClock } from '../../src/testing/heap-clock.js';
import type { CloseReport } from '../../src/transport/close-report.js';
import { BytePeer, ByteServer, type HandshakeParts } from '../support/byte-peer.js';
import { endingsOf } from '../support/endings.js';
import { eventually } from '../support/eventually.js';
import { replayed } from '../support/replayed.js';
import type { Role } from '../support/wire-scene.js';

export { ROLES, type Role } from '../support/wire-scene.js';

/** What a test asks of the supervised side. */
export interface Settings {
  readonly limits?: Partial<Limits>;
  readonly liveness?: Partial<Liveness> | false;
  readonly perMessageDeflate?: boolean;
  /** The peer's part of the opening handshake. */
  readonly peer?: HandshakeParts;
  /** More options of the listener. */
  readonly listen?: Partial<ListenOptions>;
}

/**
 * One supervised connection over TCP, accepted or dialed, beside a peer that speaks bytes. Time stands still until
 * `clock` is advanced, so that no deadline passes but those that are meant to.
 */
export class Stage implements AsyncDisposable {
  readonly supervisor: Supervisor;
  readonly clock: HeapClock;
  readonly peer: BytePeer;
  readonly #rest: readonly AsyncDisposable[];
  readonly #replays: () => void;

  constructor(
    supervisor: Supervisor,
    clock: HeapClock,
    peer: BytePeer,
    rest: readonly AsyncDisposable[],
    replays: () => void,
  ) {
    this.supervisor = supervisor;
    this.#replays = replays;
    this.clock = clock;
    this.peer = peer;
    this.#rest = rest;
  }

  static async open(
    role: Role,
    handler: Handler,
    { limits = {}, liveness = false, perMessageDeflate = false, peer = {}, listen = {} }: Settings = {},
  ) {
    const clock = createHeapClock();
    const supervisor = createSupervisor({ clock, limits, liveness });
    const replays = replayed.of(supervisor);
    if (role === 'accepted') {
      const listener = await supervisor.listen({ port: 0, host: '127.0.0.1', perMessageDeflate, ...listen, handler });
      const client = await BytePeer.open(listener.address?.port ?? 0, peer);
      return new Stage(supervisor, clock, client, [client], replays);
    }
    const server = await ByteServer.listen();
    supervisor.dial({ url: server.url, restart: 'temporary', retry: () => 'stop', perMessageDeflate, handler });
    return new Stage(supervisor, clock, await server.nextPeer(peer), [server], replays);
  }

  /** The connection, once it is open. */
  async connection(): Promise<Connection<unknown>> {
    const open = () => [...this.supervisor.connections.values()].find(({ state }) => state === 'open');
    await eventually(() => open() !== undefined, 'an open connection');
    return open() as Connection<unknown>;
  }

  /** How the connection ended, once it has. */
  async report(): Promise<CloseReport> {
    await eventually(() => this.supervisor.endings.length > 0, 'the end of the connection');
    const [report] = await endingsOf(this.supervisor);
    return report as CloseReport;
  }

  /** Ends the supervisor, even when its peers do not answer, and replays what was recorded. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#rest) await part[Symbol.asyncDispose]();
    await this.supervisor.terminate();
    this.#replays();
  }
}

/** Sends every frame back, text as text and binary as binary. */
export const echo: Handler = async (connection) => {
  for await (const frame of connection) connection.send(frame);
};

/** Does nothing until the connection ends. */
export const idle: Handler = (connection) => connection.closed;
