/** socket.io with its WebSocket transport only; otherwise its defaults. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { answerHarness } from './answer.mjs';
import { payloadOf, readSettings } from './settings.mjs';

const settings = readSettings();
const payload = payloadOf(settings);
const server = createServer();
const io = new Server(server, {
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: settings.isDeflated,
});

io.on('connection', (socket) => {
  socket.on('message', (data) => {
    if (settings.mode === 'echo') socket.send(data);
    else for (let left = Number(data); left > 0; left -= 1) io.send(payload);
  });
});

server.listen(0, '127.0.0.1', () => {
  answerHarness({ port: server.address().port, countConnections: () => io.engine.clientsCount });
});
