/** Servers of ws's shape under a supervisor, on a port that stays the same when they are replaced by others. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type CloseReport, createSupervisor, type Supervisor } from 'wirekeeper';
import { type ServerOptions, WebSocket, WebSocketServer } from 'wirekeeper/ws';

export interface Served {
  readonly supervisor: Supervisor;
  readonly server: WebSocketServer;
  readonly port: number;
  /** The reports of accepted connections so far: what began each ending, and the code received or sent. */
  endings(): readonly [trigger: CloseReport['trigger'], code: number][];
  /** Drains the supervisor, and frees the port. */
  drain(): Promise<void>;
}

export async function serve(options: ServerOptions = {}, port = 0): Promise<Served> {
  const supervisor = createSupervisor();
  const server = new WebSocketServer({ port, host: '127.0.0.1', supervisor, ...options });
  await once(server, 'listening');
  return {
    supervisor,
    server,
    port: (server.address() as AddressInfo).port,
    endings: () =>
      supervisor.endings.filter(({ role }) => role === 'accepted').map(({ trigger, code }) => [trigger, code]),
    async drain() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await supervisor.drain({ notReadyFirstMs: 0, finishFirstMs: 0, spreadMs: 0, withinMs: 5_000 });
      await closed;
    },
  };
}

/** The class of sockets for a library that makes them by itself: they are this supervisor's. */
export function classOf(supervisor: Supervisor): new (url: string | URL, protocols?: string | string[]) => WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL, protocols: string | string[] = []) {
      super(url, protocols, { supervisor });
    }
  };
}
