import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that is not ours alone, while it listens. */
export interface SharedServer extends AsyncDisposable {
  readonly server: Server;
  readonly port: number;
}

/** Has a server listen on loopback, on a free port unless one is given, until it is disposed of. */
export async function sharing(server: Server, port = 0): Promise<SharedServer> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
