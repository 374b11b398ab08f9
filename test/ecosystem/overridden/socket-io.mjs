/** Prints what a server of socket.io answers its own client, and whose connections both were. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { sharedSupervisor } from 'wirekeeper/ws';

const http = createServer();
const server = new Server(http);
server.on('connection', (socket) => {
  socket.on('echo', (value, done) => done(value));
});
http.listen(0, '127.0.0.1');
await once(http, 'listening');
const { port } = http.address();
const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
const answer = await client.timeout(10_000).emitWithAck('echo', 'text');
client.close();
await server.close();
const supervisor = sharedSupervisor();
await supervisor.stop();
console.log(JSON.stringify({ answer, roles: supervisor.endings.map(({ role }) => role).toSorted() }));
