import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Two ends of one connection of Node's own. */
export interface SocketPair extends AsyncDisposable {
  readonly accepted: Socket;
  readonly client: Socket;
}

/**
 * Connects two sockets, over TCP on loopback or over a Unix domain socket at `path`. Neither ends when the other does.
 */
export async function socketPair(path?: string): Promise<SocketPair> {
  const server = createServer({ allowHalfOpen: true });
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  const client = connect({
    ...(path === undefined ? { port: (server.address() as AddressInfo).port, host: '127.0.0.1' } : { path }),
    allowHalfOpen: true,
  });
  const [[accepted]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
    [Socket],
    unknown,
  ];
  return {
    accepted,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      accepted.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
