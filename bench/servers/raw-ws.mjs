/**
 * ws used by hand, as its README has it: an echo with the heartbeat of "How to detect and close broken connections?".
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { answerHarness } from './answer.mjs';
import { answerReceiver } from './receiving.mjs';
import { identityOf, payloadOf, readSettings, SLOW_MS } from './settings.mjs';

const settings = readSettings();
const payload = payloadOf(settings);

function heartbeat() {
  this.isAlive = true;
}

function echo(data, isBinary) {
  this.send(data, { binary: isBinary });
}

function broadcast(data) {
  for (let left = Number(data); left > 0; left -= 1) {
    wss.clients.forEach((client) => {
      if (client.readyState === WebSocket.OPEN) client.send(payload);
    });
  }
}

async function firehose() {
  while (this.readyState === WebSocket.OPEN) await new Promise((resolve) => this.send(payload, resolve));
}

/** One after the other, as a handler that must keep the order has it. */
function slow(data, isBinary) {
  if (isBinary) this.work = (this.work ?? Promise.resolve()).then(() => wait(SLOW_MS));
  else this.send(data, { binary: false });
}

const onMessage = { echo, broadcast, firehose, slow }[settings.mode];

function serve() {
  const identity = identityOf(settings);
  const server = identity === undefined ? createServer() : createSecureServer(identity);
  const wss = new WebSocketServer({ server, perMessageDeflate: settings.isDeflated });
  wss.on('connection', (ws) => {
    ws.isAlive = true;
    ws.on('error', (error) => console.error(error.message));
    ws.on('pong', heartbeat);
    ws.on('message', onMessage);
  });

  const interval = setInterval(() => {
    wss.clients.forEach((ws) => {
      if (ws.isAlive === false) return ws.terminate();
      ws.isAlive = false;
      ws.ping();
    });
  }, 30_000);

  wss.on('close', () => clearInterval(interval));
  server.listen(0, '127.0.0.1', () => {
    answerHarness({
      port: server.address().port,
      countConnections: () => wss.clients.size,
      bufferedBytes: () => Math.max(0, ...Array.from(wss.clients, (ws) => ws.bufferedAmount)),
    });
  });
  return wss;
}

async function dial({ url, ca, take }) {
  const ws = new WebSocket(url, { ca, perMessageDeflate: false });
  ws.on('error', (error) => console.error(error.message));
  ws.on('message', take);
  await once(ws, 'open');
}

const wss = settings.mode === 'receive' ? answerReceiver(settings, dial) : serve();
