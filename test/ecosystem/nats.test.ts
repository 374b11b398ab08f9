import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type NatsConnection, wsconnect } from '@nats-io/nats-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { createWebSocketClass } from 'wirekeeper/websocket';
import { freePorts, type RunningProgram, startProgram } from '../foreign/program.js';
import { eventually } from '../support/eventually.js';
import { classOf } from './served.js';
import { endingsOf } from './w3c-place.js';

const MISSING = 'nats-server is not installed: run scripts/install-peers.sh nats';
const isMissing = spawnSync('nats-server', ['--version']).error !== undefined;

if (isMissing) {
  test(MISSING, (context) => {
    if (process.env['WIREKEEPER_REQUIRE_PEERS'] === '1') throw new Error(MISSING);
    context.skip(MISSING);
  });
}

let natsPort: number;
let port: number;
let broker: RunningProgram;
let supervisor: Supervisor;

/** Starts the broker on the ports of before. */
async function start(): Promise<void> {
  const text = `host: 127.0.0.1\nport: ${natsPort}\nwebsocket { host: "127.0.0.1", port: ${port}, no_tls: true }\n`;
  broker = await startProgram('nats-server', [port], (folder) => ({
    args: ['-c', join(folder, 'nats.conf')],
    files: { 'nats.conf': text },
  }));
}

beforeEach(async () => {
  if (isMissing) return;
  [natsPort = 0, port = 0] = await freePorts(2);
  await start();
  supervisor = createSupervisor();
});
afterEach(async () => {
  if (isMissing) return;
  await supervisor.stop();
  await broker.stop('SIGKILL');
});

/** The classes of sockets that it takes. */
const CLASSES = {
  W3C: () => createWebSocketClass({ supervisor }),
  ws: () => classOf(supervisor),
} as const;

function connected(WebSocket: ReturnType<(typeof CLASSES)[keyof typeof CLASSES]>): Promise<NatsConnection> {
  return wsconnect({
    servers: `ws://127.0.0.1:${port}`,
    wsFactory: async (url: string) => ({
      socket: new WebSocket(url) as unknown as globalThis.WebSocket,
      encrypted: false,
    }),
    reconnectTimeWait: 20,
    reconnectJitter: 0,
    maxReconnectAttempts: -1,
  });
}

/** Resolves when a client has found its broker again: until then its attempts may fail, and its requests with them. */
async function reconnected(client: NatsConnection): Promise<void> {
  for await (const { type } of client.status()) if (type === 'reconnect') return;
}

test.skipIf(isMissing).each(['W3C', 'ws'] as const)(
  'messages go through sockets of %s, also after the broker was killed and has come back',
  async (kind) => {
    const WebSocket = CLASSES[kind]();
    const [a, b] = await Promise.all([connected(WebSocket), connected(WebSocket)]);
    const got: string[] = [];
    b.subscribe('greetings', { callback: (_error, message) => void got.push(message.string()) });
    await b.flush();
    a.publish('greetings', 'one');
    await eventually(() => got.length === 1);

    const back = [a, b].map(reconnected);
    await broker.stop('SIGKILL');
    await eventually(() => endingsOf(supervisor.endings).length === 2);
    await start();
    await Promise.all(back);
    await b.flush();
    a.publish('greetings', 'two');
    await eventually(() => got.length === 2);

    await Promise.all([a.close(), b.close()]);
    await eventually(() => endingsOf(supervisor.endings).length === 4);
    expect(got).toEqual(['one', 'two']);
    expect(endingsOf(supervisor.endings).slice(0, 2)).toEqual(['socket-ended 1006', 'socket-ended 1006']);
    expect(endingsOf(supervisor.endings).slice(2)).toEqual(['close-called 1005', 'close-called 1005']);
  },
);
