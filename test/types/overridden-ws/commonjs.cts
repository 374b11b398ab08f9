/** A CommonJS module that requires ws, written for @types/ws, where @wirekeeper/ws has taken its place. */
import WebSocket = require('ws');

const options: WebSocket.ServerOptions = { port: 0 };
const server: WebSocket.Server = new WebSocket.Server(options, () => {});
const same: WebSocket.WebSocketServer = new WebSocket.WebSocketServer(options);
server.on('connection', (socket: WebSocket) => {
  socket.on('message', (data: WebSocket.RawData) => {
    for (const other of server.clients) if (other.readyState === WebSocket.OPEN) other.send(data);
  });
  socket.once('close', () => socket.report?.trigger);
});
class Own extends WebSocket.WebSocket {}
const duplex = WebSocket.createWebSocketStream(new Own('ws://localhost'));
WebSocket.shareSupervisor(WebSocket.sharedSupervisor());
void [duplex, same];
