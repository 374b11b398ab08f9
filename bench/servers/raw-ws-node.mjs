/** ws by hand, in one process and without a message broker: what anybody says goes to everybody. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { answerHarness } from './answer.mjs';

const server = createServer();
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    for (const each of sockets.clients) each.send(data, { binary: isBinary });
  });
});

server.listen(0, '127.0.0.1', () => {
  answerHarness({ port: server.address().port, countConnections: () => sockets.clients.size });
});
