/**
 * ws used by hand, as its README has it: an echo with the heartbeat of "How to detect and close broken connections?".
 */
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { answerHarness } from './answer.mjs';
import { payloadOf, readSettings, SLOW_MS } from './settings.mjs';

const settings = readSettings();
const payload = payloadOf(settings);
const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: settings.isDeflated });

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
wss.on('listening', () => {
  answerHarness({
    port: wss.address().port,
    countConnections: () => wss.clients.size,
    bufferedBytes: () => Math.max(0, ...Array.from(wss.clients, (ws) => ws.bufferedAmount)),
  });
});
