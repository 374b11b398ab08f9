import websocket from '@fastify/websocket';
import Fastify from 'fastify';

/** @param {number} port */
export async function serve(port) {
  const app = Fastify();
  await app.register(websocket);
  app.get('/echo', { websocket: true }, (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await app.listen({ port, host: '127.0.0.1' });
  return { server: app.server, close: () => app.close() };
}
