/** wirekeeper as documented, with default options, except for the limits of what a client receives. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { broadcast, createSupervisor, Group } from '../../dist/index.js';
import { answerHarness } from './answer.mjs';
import { answerReceiver } from './receiving.mjs';
import { identityOf, payloadOf, readSettings, SLOW_MS } from './settings.mjs';

const settings = readSettings();
const payload = payloadOf(settings);
const everybody = new Group();

const handlers = {
  echo: async (connection) => {
    for await (const frame of connection) connection.send(frame);
  },
  broadcast: async (connection) => {
    everybody.add(connection);
    for await (const frame of connection) {
      for (let left = Number(frame.data); left > 0; left -= 1) broadcast(everybody, payload);
    }
  },
  firehose: async (connection) => {
    await connection.receive();
    for (;;) {
      const result = connection.send(payload);
      if (result === 'closed') return;
      if (result === 'backpressure') await connection.writable();
    }
  },
  slow: async (connection) => {
    for await (const frame of connection) {
      if (frame.isBinary) await wait(SLOW_MS);
      else connection.send(frame);
    }
  },
};

const supervisor = createSupervisor({ name: 'bench' });

/** A dashboard on a port of its own, loaded when it is asked for. */
let dashboard;
/** What ends the recording. */
let recording;
const asks = {
  view: async () => {
    const { createDashboard } = await import('../../dist/inspect/dashboard/index.js');
    const shown = createDashboard(supervisor);
    const server = createServer((request, response) => void shown.handle(request, response));
    server.on('upgrade', (request, socket, head) => shown.handleUpgrade(request, socket, head));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    dashboard = { shown, server };
    return { port: server.address().port };
  },
  unview: async () => {
    await dashboard.shown.close();
    dashboard.server.close();
  },
  record: async () => {
    const { createRecorder } = await import('../../dist/inspect/index.js');
    recording = supervisor.observe(createRecorder());
  },
  unrecord: () => {
    recording.unsubscribe();
  },
};

async function serve() {
  const identity = identityOf(settings);
  const server = identity && createSecureServer(identity).listen(0, '127.0.0.1');
  const listener = await supervisor.listen({
    ...(server === undefined ? { port: 0, host: '127.0.0.1' } : { server }),
    perMessageDeflate: settings.isDeflated,
    handler: handlers[settings.mode],
  });
  if (server !== undefined && !server.listening) await once(server, 'listening');
  answerHarness({
    asks,
    port: (server?.address() ?? listener.address).port,
    countConnections: () => listener.connectionCount,
    bufferedBytes: () =>
      Math.max(0, ...Array.from(supervisor.connections.values(), (connection) => connection.bufferedBytes)),
  });
}

const consume = {
  iterated: async (connection, take) => {
    for await (const _frame of connection) take();
  },
  pushed: (connection, take) => {
    connection.frames$.subscribe(take);
    return connection.closed;
  },
};

/** By default a peer is read at 100,000 messages or 128 MiB a second: a feed that sends more has to be trusted. */
const TRUSTED = { maxMessagesPerSecond: Number.POSITIVE_INFINITY, maxBytesPerSecond: Number.POSITIVE_INFINITY };

async function dial({ url, ca, style, take }) {
  const dialer = supervisor.dial({
    url,
    limits: TRUSTED,
    ...(ca === undefined ? {} : { tls: { ca } }),
    handler: (connection) => consume[style](connection, take),
  });
  await dialer.connected();
}

if (settings.mode === 'receive') answerReceiver(settings, dial);
else await serve();
