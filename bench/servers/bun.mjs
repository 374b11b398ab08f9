/** Bun's own server (uWebSockets underneath), run by bun. */
import { answerHarness } from './answer.mjs';
import { identityOf, payloadOf, readSettings } from './settings.mjs';

const settings = readSettings();
const payload = payloadOf(settings);
let connections = 0;

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  tls: identityOf(settings),
  fetch: (request, self) => (self.upgrade(request) ? undefined : new Response('upgrade required', { status: 426 })),
  websocket: {
    perMessageDeflate: settings.isDeflated,
    open: (ws) => {
      connections += 1;
      if (settings.mode === 'broadcast') ws.subscribe('everybody');
    },
    close: () => {
      connections -= 1;
    },
    message: (ws, data) => {
      if (settings.mode === 'echo') ws.send(data, settings.isDeflated);
      else for (let left = Number(data); left > 0; left -= 1) server.publish('everybody', payload);
    },
  },
});

answerHarness({ port: server.port, countConnections: () => connections, collect: () => Bun.gc(true) });
