import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Connection, type ConnectOptions, connect } from '../../index.js';
import type { UpgradeServer } from '../../transport/index.js';

/**
 * Dials a server that need not listen, for tests: by a real socket on loopback, whose upgrade is passed to the server.
 *
 * @throws {EndedError} with the close `report` when the client is refused; {OptionError} for a wrong option. All by
 *   rejection.
 */
export async function injectWebSocket(
  server: UpgradeServer,
  path: string,
  options: ConnectOptions | undefined,
): Promise<Connection> {
  const gate = createServer();
  gate.on('upgrade', (message, socket: Duplex, head: Buffer) => {
    if (!server.emit('upgrade', message, socket, head)) socket.destroy();
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  try {
    return await connect(`ws://127.0.0.1:${(gate.address() as AddressInfo).port}${path}`, options);
  } finally {
    // What was upgraded stays.
    gate.close();
  }
}
