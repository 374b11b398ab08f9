import { once } from 'node:events';
import { connect as connectSession } from 'node:http2';
import { connect as connectSecurely } from 'node:tls';
import { closeFrame } from '../load/frames.mjs';
import { checkHandshakeAnswer, handshakeRequest } from '../load/handshake.mjs';

/** How many opening handshakes are under way at once. */
const AT_ONCE = 20;
const END_OF_HEAD = '\r\n\r\n';

/**
 * Opens WebSockets, each as a stream of bytes.
 *
 * @param {{ port: number, ca: Buffer }} server
 * @param {number} count
 * @param {number} [perSession] how many are streams of one connection of HTTP/2. Default: upgrades of HTTP/1.1.
 */
export async function openPeers(server, count, perSession) {
  const sessions = [];
  const streams = [];
  while (streams.length < count) {
    const batch = Math.min(AT_ONCE, count - streams.length);
    const opened = Array.from({ length: batch }, async (_, index) => {
      if (perSession === undefined) return upgraded(server);
      const at = Math.floor((streams.length + index) / perSession);
      sessions[at] ??= sessionTo(server);
      return streamOf(await sessions[at], server);
    });
    streams.push(...(await Promise.all(opened)));
  }
  return {
    streams,
    close: async () => {
      const ended = streams.map((stream) => once(stream, 'close'));
      for (const stream of streams) {
        stream.resume();
        stream.end(closeFrame(1000));
      }
      await Promise.all(ended);
      for (const session of sessions) (await session).close();
    },
  };
}

function dialed({ port, ca }, protocol) {
  const socket = connectSecurely({ host: '127.0.0.1', port, ca, ALPNProtocols: [protocol] });
  return socket.setNoDelay(true);
}

async function upgraded({ port, ca }) {
  const socket = dialed({ port, ca }, 'http/1.1');
  await once(socket, 'secureConnect');
  socket.write(handshakeRequest({ port, path: '/', offersDeflate: false }));
  const [head] = await once(socket, 'data');
  const text = head.toString('latin1');
  if (!text.endsWith(END_OF_HEAD)) throw new Error('the server answered the handshake in several reads');
  checkHandshakeAnswer(text.slice(0, -END_OF_HEAD.length));
  return socket;
}

async function sessionTo(server) {
  const session = connectSession(`https://127.0.0.1:${server.port}`, { createConnection: () => dialed(server, 'h2') });
  await once(session, 'remoteSettings');
  return session;
}

async function streamOf(session, { port }) {
  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': 'https',
    ':authority': `127.0.0.1:${port}`,
    ':path': '/',
    'sec-websocket-version': '13',
  });
  const [{ ':status': status }] = await once(stream, 'response');
  if (status !== 200) throw new Error(`the server answered the handshake with ${status}`);
  return stream;
}
