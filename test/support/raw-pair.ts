import type { Connection } from '../../src/supervisor/api/connection.js';
import type { Handler } from '../../src/supervisor/api/handler.js';
import type { Limits, Liveness } from '../../src/supervisor/api/limits.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { RawPeer, RawServer } from './raw-peer.js';
import { urlOf } from './undici-client.js';

export const ROLES = ['accepted', 'dialed'] as const;

/** Options of both roles. */
export interface PairOptions {
  readonly handler: Handler;
  readonly limits?: Partial<Limits>;
  readonly liveness?: Partial<Liveness> | false;
  readonly signal?: AbortSignal;
}

/** One supervised connection over a real socket, and the raw peer at its other end. */
export interface RawPair extends AsyncDisposable {
  readonly supervisor: Supervisor;
  readonly connection: Connection;
  readonly peer: RawPeer;
}

/** Opens a pair whose supervised end was accepted or dialed. The handler runs already when it is handed out. */
export async function openPair(
  role: (typeof ROLES)[number],
  { handler, limits, liveness = false, signal }: PairOptions,
): Promise<RawPair> {
  const supervisor = createSupervisor({ limits, liveness, signal });
  const server = role === 'dialed' ? await RawServer.listen() : undefined;
  let announce: (connection: Connection) => void = () => {};
  const opened = new Promise<Connection>((resolve) => {
    announce = resolve;
  });
  const announced: Handler = (connection) => {
    announce(connection);
    return handler(connection);
  };
  let peer: RawPeer;
  if (server === undefined) {
    peer = await RawPeer.connect(urlOf(await supervisor.listen({ port: 0, host: '127.0.0.1', handler: announced })));
  } else {
    supervisor.dial({ url: server.url, retry: () => 'stop', handler: announced });
    peer = await server.nextPeer();
  }
  return {
    supervisor,
    connection: await opened,
    peer,
    async [Symbol.asyncDispose]() {
      await peer[Symbol.asyncDispose]();
      await supervisor.stop();
      await server?.[Symbol.asyncDispose]();
    },
  };
}
