/** undici's WebSocket, a client, in a process of its own: see orders.mjs. */
import { subscribe } from 'node:diagnostics_channel';
import { ping, WebSocket } from 'undici';
import { converse, messageOf, obeyAll, report } from './orders.mjs';

const PING = 'are you there';
let socket;

subscribe('undici:websocket:pong', ({ payload }) => {
  if (String(payload) === PING) report('pong');
});

await obeyAll((order) => {
  if (order.do === 'connect') {
    socket = new WebSocket(order.url, order.protocols);
    converse(socket);
  } else if (order.do === 'send') socket.send(messageOf(order));
  else if (order.do === 'ping') ping(socket, Buffer.from(PING));
  else if (order.do === 'close') socket.close(order.code, order.reason);
});
