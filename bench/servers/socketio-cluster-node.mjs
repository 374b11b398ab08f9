/** A node of a cluster of socket.io's with its Redis adapter, as its documents have it: what anybody says goes to everybody. */
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { answerHarness } from './answer.mjs';
import { readSettings } from './settings.mjs';

const { brokerPort } = readSettings();
const publishing = createClient({ url: `redis://127.0.0.1:${brokerPort}` });
const subscribing = publishing.duplicate();
await Promise.all([publishing.connect(), subscribing.connect()]);
const server = createServer();
const io = new Server(server, {
  transports: ['websocket'],
  serveClient: false,
  adapter: createAdapter(publishing, subscribing),
});

io.on('connection', (socket) => {
  socket.on('message', (data) => io.send(data));
});

server.listen(0, '127.0.0.1', () => {
  answerHarness({ port: server.address().port, countConnections: () => io.engine.clientsCount });
});
