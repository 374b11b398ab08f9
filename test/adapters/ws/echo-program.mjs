/** An echo server written for ws, by the classes of the module named: reports its port, and its CPU time when asked. */
import process from 'node:process';

const { WebSocketServer } = await import(process.argv[2]);
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.on('listening', () => process.send({ port: server.address().port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system });
});
