import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { heldSockets } from './held-sockets.js';

test.runIf(existsSync('/proc/self/net/tcp'))(
  'a socket counts, on either side, until its process lets it go',
  async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(heldSockets('accepted', port)).toBe(0);
    const accepted = once(server, 'connection');
    const client = connect(port, '127.0.0.1');
    const [socket] = await accepted;
    expect(heldSockets('accepted', port)).toBe(1);
    expect(heldSockets('dialed', port)).toBe(1);
    client.destroy();
    await eventually(() => heldSockets('dialed', port) === 0);
    expect(heldSockets('accepted', port)).toBe(1);
    socket.destroy();
    await eventually(() => heldSockets('accepted', port) === 0);
    server.close();
    await once(server, 'close');
  },
);

test.runIf(existsSync('/proc/self/net/tcp'))(
  'a socket of another program does not count, though it has the same port at another address',
  async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'connection');
    const where = JSON.stringify({ port, host: '127.0.0.1', localAddress: '127.0.0.9', localPort: port });
    const other = spawn(process.execPath, ['-e', `require('node:net').connect(${where}).resume()`]);
    const [socket] = await accepted;
    expect(heldSockets('accepted', port)).toBe(1);
    const ended = once(other, 'exit');
    socket.destroy();
    server.close();
    await Promise.all([ended, once(server, 'close')]);
  },
);
