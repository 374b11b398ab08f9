/** wirekeeper on a server of HTTP/2 over TLS that takes HTTP/1.1 as well: every connection echoes. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createSupervisor } from '../../dist/index.js';
import { serveAsks } from '../shared/asks.mjs';
import { TLS_FILES } from '../shared/tls/identity.mjs';
import { cpuUs, memoryAfterGc } from '../shared/usage.mjs';

const server = createSecureServer({
  allowHTTP1: true,
  settings: { enableConnectProtocol: true },
  cert: readFileSync(TLS_FILES.cert),
  key: readFileSync(TLS_FILES.key),
});
const supervisor = createSupervisor({ name: 'bench' });
await supervisor.listen({
  server,
  handler: async (connection) => {
    for await (const frame of connection) connection.send(frame);
  },
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

serveAsks(
  {
    memory: async () => ({ ...(await memoryAfterGc(globalThis.gc)), open: supervisor.connections.size }),
    cpu: () => ({ us: cpuUs() }),
  },
  { port: server.address().port },
);
