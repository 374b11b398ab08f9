/**
 * Bun's own WebSockets in a process of their own, both roles: see orders.mjs.
 *
 *     bun bun-peer.mjs client
 *     bun bun-peer.mjs server IDENTITY [SUBPROTOCOL]...     on two free ports of 127.0.0.1, one of them with TLS
 *
 * IDENTITY is a file with a key and a certificate.
 */
import { converse, messageOf, obeyAll, report, reportMessage } from './orders.mjs';

const [role, identity, ...protocols] = process.argv.slice(2);
const PING = 'are you there';
let socket;

const reportPong = (payload) => {
  if (String(payload) === PING) report('pong');
};

if (role === 'server') {
  const pem = await Bun.file(identity).text();
  const options = {
    hostname: '127.0.0.1',
    port: 0,
    fetch(request, server) {
      if (new URL(request.url).pathname === '/refuse') return new Response('no', { status: 403 });
      const offered = (request.headers.get('sec-websocket-protocol') ?? '').split(/\s*,\s*/);
      const subprotocol = protocols.find((protocol) => offered.includes(protocol)) ?? '';
      const headers = subprotocol === '' ? {} : { 'sec-websocket-protocol': subprotocol };
      return server.upgrade(request, { headers, data: { subprotocol } })
        ? undefined
        : new Response('no WebSocket', { status: 400 });
    },
    websocket: {
      perMessageDeflate: true,
      maxPayloadLength: 2 ** 30,
      idleTimeout: 0,
      open(ws) {
        socket = ws;
        // Bun says nowhere whether compression was agreed on.
        report('open', { subprotocol: ws.data.subprotocol });
      },
      message: (_ws, data) => reportMessage(data),
      pong: (_ws, payload) => reportPong(payload),
      close: (_ws, code, reason) => report('closed', { code, reason }),
    },
  };
  const { port } = Bun.serve(options);
  const { port: tlsPort } = Bun.serve({ ...options, tls: { key: pem, cert: pem } });
  report('listening', { port, tlsPort });
}

await obeyAll((order) => {
  if (order.do === 'connect') {
    socket = new WebSocket(order.url, order.protocols);
    socket.addEventListener('pong', ({ data }) => reportPong(Buffer.from(data)));
    converse(socket);
  } else if (order.do === 'send') socket.send(messageOf(order), true);
  else if (order.do === 'ping') socket.ping(PING);
  else if (order.do === 'close') socket.close(order.code, order.reason);
});
