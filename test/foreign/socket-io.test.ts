import { createServer, type Server } from 'node:http';
import { expect, test } from 'vitest';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { BytePeer } from '../support/byte-peer.js';
import { OP } from '../support/frame-bytes.js';
import { sharing } from '../support/shared-server.js';
import { sayMissing } from './checks.js';
import { foreignPackage, foreignPackagesMissing } from './packages.js';

const HOST = '127.0.0.1';
const ONLY_WEBSOCKET = { transports: ['websocket'] };

/** What is used of socket.io's server. */
interface SocketIo {
  on(event: 'connection', listener: (socket: SocketIoSocket) => void): void;
  readonly engine: { close(): void };
}

interface SocketIoSocket {
  on(event: 'hello', listener: (reply: (text: string) => void) => void): void;
}

/** What is used of its client. */
interface SocketIoClient {
  emitWithAck(event: 'hello'): Promise<string>;
  close(): void;
}

sayMissing(foreignPackagesMissing);

test.skipIf(foreignPackagesMissing !== undefined)(
  'socket.io on the same server goes on working, and so does the listener',
  async () => {
    const { Server: SocketIoServer } = foreignPackage('socket.io') as {
      readonly Server: new (server: Server, options: object) => SocketIo;
    };
    const { io } = foreignPackage('socket.io-client') as { io(url: string, options: object): SocketIoClient };
    await using place = await sharing(createServer((_request, response) => response.end('plain')));
    const neighbour = new SocketIoServer(place.server, ONLY_WEBSOCKET);
    neighbour.on('connection', (socket) => socket.on('hello', (reply) => reply('from socket.io')));
    await using supervisor = createSupervisor();
    await supervisor.listen({
      server: place.server,
      path: '/ours',
      handler: async (connection) => {
        for await (const frame of connection) connection.send(frame);
      },
    });
    const client = io(`http://${HOST}:${place.port}`, ONLY_WEBSOCKET);
    expect(await client.emitWithAck('hello')).toBe('from socket.io');
    await using peer = await BytePeer.open(place.port, { path: '/ours' });
    peer.send({ opcode: OP.text, payload: 'ours' });
    await peer.received(1);
    expect(peer.texts()).toEqual(['ours']);
    client.close();
    // Not `close`, which closes the server as well.
    neighbour.engine.close();
  },
);
