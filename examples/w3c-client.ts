/**
 * The W3C class for a library, or for code that was written for browsers: a price feed that knows nothing of
 * wirekeeper, and is dialed again, pinged, and reported nevertheless.
 *
 * Run it with `npm run example -- w3c-client`: it starts a server of its own, which restarts once.
 */
import { fileURLToPath } from 'node:url';
import { createSupervisor, explain, type Supervisor } from 'wirekeeper';
import { createWebSocketClass } from 'wirekeeper/websocket';

/** A W3C class: that of a browser, of Node, or of this library. */
type SocketClass = new (url: string) => globalThis.WebSocket;

/** Code for browsers, as it might be in a library: it says hello when it is connected, and counts prices. */
export function priceFeed(url: string, SocketClass: SocketClass, onPrice: (price: number) => void) {
  const socket = new SocketClass(url);
  socket.onopen = () => socket.send('subscribe');
  socket.onmessage = ({ data }) => onPrice(Number(data));
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  return { closed, stop: () => socket.close(1000) };
}

/** Serves a price to each client that subscribes. */
export async function serve(supervisor: Supervisor, port = 0): Promise<number> {
  const { address } = await supervisor.listen({
    port,
    host: '127.0.0.1',
    handler: async (connection) => {
      for await (const frame of connection) if (frame.text() === 'subscribe') connection.send('42.5');
    },
  });
  return address?.port ?? 0;
}

/** The feed on a class whose sockets redial, ping every 10 s, and take 64 KiB at most. */
export function startFeed(supervisor: Supervisor, url: string, onPrice: (price: number) => void) {
  const Supervised = createWebSocketClass({
    supervisor,
    retry: () => ({ afterMs: 50 }),
    liveness: { pingEveryMs: 10_000 },
    limits: { maxPayloadBytes: 64 * 1024 },
  });
  return priceFeed(url, Supervised, onPrice);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const client = createSupervisor({ name: 'client' });
  client.events$.subscribe((event) => event.type === 'connection.ended' && console.log(explain(event.report)));
  const server = createSupervisor({ name: 'server' });
  const port = await serve(server);
  let prices = 0;
  const seen = new Promise<void>((resolve) => {
    const feed = startFeed(client, `ws://127.0.0.1:${port}/`, (price) => {
      prices += 1;
      console.log('price', price);
      if (prices === 1) void restart();
      else {
        feed.stop();
        resolve(feed.closed.then((code) => console.log('closed with', code)));
      }
    });
  });
  const restarted = createSupervisor({ name: 'restarted server' });
  const restart = async () => {
    await server.stop({ code: 1012, reason: 'restart' });
    await serve(restarted, port);
  };
  await seen;
  await restarted.stop();
  await client.stop();
}
