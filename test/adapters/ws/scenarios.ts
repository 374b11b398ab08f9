/** What sockets and servers of ws do, each a scenario that is played by both implementations. */
import { createServer, get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AnySocket, closed, messages, pair, type Stage, seen, until } from './stage.js';

export type Scenario = (stage: Stage) => Promise<void>;

const echo = (socket: AnySocket): void => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
};

/** A frame of a client, masked with zeros. */
const masked = (first: number, payload: string): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);

/** Waits for the ends of both sockets. */
const bothClosed = ({ client, accepted }: { readonly client: AnySocket; readonly accepted: AnySocket }) =>
  Promise.all([closed(client), closed(accepted)]);

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a text and a binary message are echoed as what they are': async (stage) => {
    const sockets = await pair(stage);
    echo(sockets.accepted);
    const echoes = messages(sockets.client, 2);
    sockets.client.send('text');
    sockets.client.send(Buffer.from('bytes'));
    await echoes;
    sockets.client.close(1000);
    await bothClosed(sockets);
  },
  'every kind of data is sent as ws sends it': async (stage) => {
    const sockets = await pair(stage);
    const bytes = new TextEncoder().encode('view');
    const view = new DataView(bytes.buffer, 1, 2);
    for (const each of ['', 0, 7, null, undefined, false, 'x', bytes, bytes.buffer, view, [65, 66]])
      sockets.client.send(each);
    sockets.client.send('as binary', { binary: true });
    sockets.client.send(Buffer.from('as text'), { binary: false });
    for (const odd of [true, {}]) stage.attempt(stage.client, () => sockets.client.send(odd));
    sockets.client.close();
    await bothClosed(sockets);
  },
  'a message in parts arrives as one': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.send('one ', { fin: false });
    sockets.client.send('two', { fin: true });
    sockets.client.close();
    await bothClosed(sockets);
  },
  'a Blob is sent in its turn': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.send('before');
    sockets.client.send(new Blob(['blob']));
    sockets.client.send('after', (error) => stage.client.push(['sent', seen(error)]));
    sockets.client.close(4000, 'done');
    stage.client.push(sockets.client.readyState);
    await bothClosed(sockets);
  },
  'callbacks hear of what was sent, in order': async (stage) => {
    const sockets = await pair(stage);
    for (const text of ['one', 'two']) sockets.client.send(text, (error) => stage.client.push([text, seen(error)]));
    await until(sockets.accepted, 'message');
    sockets.client.send('three', {}, (error) => stage.client.push(['three', seen(error)]));
    await until(sockets.accepted, 'message');
    sockets.client.close();
    await bothClosed(sockets);
  },
  'the client closes with a code and a reason': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.close(4321, 'enough');
    stage.client.push(sockets.client.readyState);
    await bothClosed(sockets);
  },
  'the client closes without a code': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.close();
    await bothClosed(sockets);
  },
  'the server closes, with a reason in bytes': async (stage) => {
    const sockets = await pair(stage);
    sockets.accepted.close(1001, Buffer.from('bye'));
    await bothClosed(sockets);
  },
  'both close at once, each with its code': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.close(4001, 'client');
    sockets.accepted.close(4002, 'server');
    await bothClosed(sockets);
  },
  'the server drops the connection': async (stage) => {
    const sockets = await pair(stage);
    sockets.accepted.terminate();
    stage.server.push(sockets.accepted.readyState);
    await bothClosed(sockets);
  },
  'the client drops the connection': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.terminate();
    stage.client.push(sockets.client.readyState);
    await bothClosed(sockets);
  },
  'a second close and a late terminate change nothing': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.close(4000);
    sockets.client.close(4001);
    await bothClosed(sockets);
    sockets.client.close(4002);
    sockets.client.terminate();
    stage.client.push(sockets.client.readyState);
  },
  'a message sent before the close arrives, and one after does not': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.send('before');
    sockets.client.close();
    sockets.client.send('after', (error) => stage.client.push(['sent', seen(error)]));
    sockets.client.ping('ping', undefined, (error) => stage.client.push(['pinged', seen(error)]));
    await bothClosed(sockets);
    sockets.client.send('too late', (error) => stage.client.push(['sent', seen(error)]));
    await new Promise(setImmediate);
    stage.client.push(sockets.client.bufferedAmount);
  },
  'the peer sends on until it has seen the close': async (stage) => {
    const sockets = await pair(stage);
    sockets.accepted.send('on its way');
    sockets.client.close(4000);
    await bothClosed(sockets);
  },
  'nothing can be sent before it is open': async (stage) => {
    await stage.listen();
    const client = stage.dial();
    for (const act of ['send', 'ping', 'pong'] as const) stage.attempt(stage.client, () => client[act]('x'));
    client.pause();
    client.resume();
    stage.client.push(client.isPaused, client.bufferedAmount, client.protocol, client.extensions, client.readyState);
    await until(client, 'open');
    client.close();
    await closed(client);
  },
  'a dial is given up by close': async (stage) => {
    await stage.listen();
    const client = stage.dial();
    client.close(4000);
    stage.client.push(client.readyState);
    await closed(client);
  },
  'a dial is given up by terminate': async (stage) => {
    await stage.listen();
    const client = stage.dial();
    client.terminate();
    stage.client.push(client.readyState);
    await closed(client);
  },
  'a dial is given up by a listener of upgrade': async (stage) => {
    await stage.listen();
    const client = stage.dial();
    client.on('upgrade', () => client.terminate());
    await closed(client);
  },
  'nobody listens on the port': async (stage) => {
    const server = await stage.listen();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const client = stage.dial();
    await closed(client);
  },
  'verifyClient refuses': async (stage) => {
    await stage.listen({ verifyClient: () => false });
    await closed(stage.dial());
  },
  'verifyClient refuses later, with a status': async (stage) => {
    await stage.listen({
      verifyClient: (
        _info,
        done: (ok: boolean, code: number, message: string, headers: OutgoingHttpHeaders) => void,
      ) => {
        setImmediate(() => done(false, 403, 'go away', { 'x-why': 'test' }));
      },
    });
    await closed(stage.dial());
  },
  'verifyClient lets in, and sees who it is': async (stage) => {
    await stage.listen({
      verifyClient: ({ origin, secure, req }: { origin: string; secure: boolean; req: IncomingMessage }) => {
        stage.server.push([origin, secure, req.url]);
        return true;
      },
    });
    const client = stage.dial(undefined, { origin: 'https://elsewhere.example' });
    await until(client, 'open');
    client.close();
    await closed(client);
  },
  'another path is refused': async (stage) => {
    await stage.listen({ path: '/elsewhere' });
    await closed(stage.dial());
  },
  'the first subprotocol offered is taken': async (stage) => {
    await stage.listen();
    const client = stage.dial(['first', 'second']);
    await until(client, 'open');
    stage.client.push(client.protocol);
    client.close();
    await closed(client);
  },
  'handleProtocols chooses': async (stage) => {
    await stage.listen({
      handleProtocols: (offered: Set<string>, { url }: IncomingMessage) => {
        stage.server.push([...offered, url]);
        return 'second';
      },
    });
    const client = stage.dial(['first', 'second']);
    await until(client, 'open');
    stage.client.push(client.protocol);
    client.close();
    await closed(client);
  },
  'handleProtocols takes none of those offered': async (stage) => {
    await stage.listen({ handleProtocols: () => false });
    await closed(stage.dial(['first']));
  },
  'headers are added to the answer, and seen by the client': async (stage) => {
    const server = await stage.listen();
    server.on('headers', (lines, { url }) => {
      stage.server.push([lines[0], url]);
      lines.push('X-Added: yes', 'Set-Cookie: a=1', 'Set-Cookie: b=2');
    });
    const client = stage.dial();
    client.on('upgrade', ({ headers }) =>
      stage.client.push(['upgrade', headers['x-added'], headers['set-cookie'], client.readyState]),
    );
    await until(client, 'open');
    client.close();
    await closed(client);
  },
  'Pings carry their payload, and are answered': async (stage) => {
    const sockets = await pair(stage, {}, {});
    sockets.client.ping('payload', undefined, (error) => stage.client.push(['pinged', seen(error)]));
    await until(sockets.client, 'pong');
    sockets.accepted.ping(7);
    await until(sockets.accepted, 'pong');
    sockets.accepted.pong(Buffer.from('unsolicited'));
    await until(sockets.client, 'pong');
    sockets.client.ping();
    await until(sockets.client, 'pong');
    stage.attempt(stage.client, () => sockets.client.ping('x'.repeat(126)));
    sockets.client.close();
    await bothClosed(sockets);
  },
  'binaryType says what binary messages are': async (stage) => {
    const sockets = await pair(stage);
    for (const type of ['arraybuffer', 'fragments', 'blob', 'nonsense', 'nodebuffer'] as const) {
      sockets.client.binaryType = type as 'blob';
      stage.client.push(sockets.client.binaryType);
      const both = messages(sockets.client, 2);
      sockets.accepted.send(Buffer.from('bytes'));
      sockets.accepted.send('text');
      await both;
    }
    sockets.client.close();
    await bothClosed(sockets);
  },
  'the EventTarget side has the events, once each': async (stage) => {
    await stage.listen({}, (socket) => {
      socket.send('text');
      socket.send(Buffer.from('bytes'));
      socket.close(4000, 'done');
    });
    const client = stage.dial();
    const log = (event: object) => {
      const { type, data, code, reason, wasClean, target } = event as Record<string, unknown>;
      stage.client.push(['event', type, seen(data), code, reason, wasClean, target === client]);
    };
    client.onopen = () => stage.client.push('replaced');
    client.onopen = log;
    client.onmessage = log;
    client.onclose = log;
    client.addEventListener('message', log, { once: true });
    client.addEventListener('close', { handleEvent: log });
    client.addEventListener('close', log);
    client.addEventListener('close', log);
    client.addEventListener('open', log);
    client.removeEventListener('open', log);
    stage.client.push(client.onopen === log, client.onerror, client.listenerCount('close'));
    await closed(client);
    client.onclose = null;
    stage.client.push(client.onclose, client.listenerCount('close'));
  },
  'the EventTarget side has errors': async (stage) => {
    await stage.listen({ verifyClient: () => false });
    const client = stage.dial();
    client.onerror = ({ type, error, message }) => stage.client.push([type, seen(error), message]);
    await closed(client);
  },
  'wrong arguments are refused in the same way': async (stage) => {
    const { WebSocket, WebSocketServer } = stage.kit;
    for (const url of ['', 'nonsense', 'ftp://x', 'ws://x#fragment'])
      stage.attempt(stage.client, () => new WebSocket(url));
    for (const protocols of [[''], ['a', 'a'], ['a b'], 'a,b'])
      stage.attempt(stage.client, () => new WebSocket('ws://127.0.0.1:1', protocols));
    for (const options of [{}, { port: 0, noServer: true }, { noServer: true, server: createServer() }])
      stage.attempt(stage.server, () => new WebSocketServer(options));
    stage.attempt(stage.server, () => new WebSocketServer({ noServer: true }).address());
    const sockets = await pair(stage);
    for (const code of [999, 1004, 1005, 1006, 1015, 2999, 5000, '1000'])
      stage.attempt(stage.client, () => sockets.client.close(code as number));
    stage.attempt(stage.client, () => sockets.client.close(1000, 'x'.repeat(124)));
    stage.client.push(sockets.client.readyState);
    sockets.client.close();
    await bothClosed(sockets);
  },
  'a message that is too big ends the connection': async (stage) => {
    const sockets = await pair(stage, { maxPayload: 10 });
    sockets.client.send('x'.repeat(11));
    await bothClosed(sockets);
  },
  'a frame that breaks the protocol ends the connection': async (stage) => {
    const server = await stage.listen();
    const connected = until(server, 'connection');
    const raw = await stage.raw();
    const [accepted] = (await connected) as [AnySocket];
    raw.write(Buffer.from([0x81, 0x01, 0x41]));
    await closed(accepted);
    raw.destroy();
  },
  'a peer that vanishes without a Close is 1006': async (stage) => {
    const server = await stage.listen();
    const connected = until(server, 'connection');
    const raw = await stage.raw();
    const [accepted] = (await connected) as [AnySocket];
    raw.write(masked(0x81, 'last'));
    await until(accepted, 'message');
    raw.end();
    await closed(accepted);
  },
  'a closed server takes nobody, and waits for its clients': async (stage) => {
    const sockets = await pair(stage);
    const { server } = sockets;
    stage.server.push(server.clients.size);
    let answer: unknown = 'not yet';
    server.close((error) => {
      answer = seen(error);
    });
    await new Promise(setImmediate);
    stage.server.push(server.address(), sockets.accepted.readyState, answer);
    const over = until(server, 'close');
    sockets.client.close();
    await Promise.all([over, bothClosed(sockets)]);
    stage.server.push(server.clients.size, answer);
    server.close((error) => stage.server.push(['again', seen(error)]));
    await until(server, 'close');
  },
  'an HTTP server hands its upgrades over, and gets its port back': async (stage) => {
    const http = createServer((_request, response) => response.end('plain'));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const server = new stage.kit.WebSocketServer({ server: http });
    stage.port = (http.address() as AddressInfo).port;
    server.on('connection', (socket, request) => {
      stage.server.push(['connection', request.url, server.clients.has(socket)]);
      stage.watch(socket, stage.server);
    });
    const client = stage.dial();
    await until(client, 'open');
    client.close();
    await closed(client);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    stage.server.push(http.listening, http.listenerCount('upgrade'), server.address());
    await new Promise((resolve) => http.close(resolve));
  },
  'a server by hand takes what it is given': async (stage) => {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    stage.port = (http.address() as AddressInfo).port;
    const server = new stage.kit.WebSocketServer({ noServer: true, clientTracking: false });
    http.on('upgrade', (request, socket, head) => {
      stage.server.push(server.shouldHandle(request));
      server.handleUpgrade(request, socket, head, (accepted, same) => {
        stage.server.push(['callback', same === request, accepted.readyState, server.clients === undefined]);
        stage.watch(accepted, stage.server);
        accepted.send('welcome');
      });
      stage.server.push('handed over');
    });
    const client = stage.dial();
    await until(client, 'message');
    client.close();
    await closed(client);
    await new Promise((resolve) => http.close(resolve));
  },
  'a plain request to its port is answered with 426': async (stage) => {
    await stage.listen();
    const response = await new Promise<IncomingMessage>((resolve) => get(`http://127.0.0.1:${stage.port}`, resolve));
    response.resume();
    stage.client.push(response.statusCode);
    await until(response, 'end');
  },
  'wsClientError gets what is no opening handshake': async (stage) => {
    const server = await stage.listen();
    server.on('wsClientError', (error, socket, { url }) => {
      stage.server.push([seen(error), url]);
      socket.end('HTTP/1.1 400 Mine\r\n\r\n');
    });
    for (const headers of [{ 'sec-websocket-version': '7' }, { 'sec-websocket-key': 'short' }]) {
      const asked = get(`http://127.0.0.1:${stage.port}`, {
        headers: {
          connection: 'upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          ...headers,
        },
      });
      const [response] = (await until(asked, 'response')) as [IncomingMessage];
      stage.client.push(response.statusMessage);
      response.resume();
      await until(response, 'close');
    }
  },
  'a paused socket emits no message until it is resumed': async (stage) => {
    const sockets = await pair(stage);
    sockets.accepted.pause();
    stage.server.push(sockets.accepted.isPaused);
    sockets.client.send('held', () => {
      stage.server.push('resume');
      sockets.accepted.resume();
    });
    await until(sockets.accepted, 'message');
    stage.server.push(sockets.accepted.isPaused);
    sockets.client.close();
    await bothClosed(sockets);
  },
  'a stream of a socket echoes, and ends it': async (stage) => {
    await stage.listen({}, (socket) => {
      const stream = stage.kit.createWebSocketStream(socket);
      stream.pipe(stream);
    });
    const stream = stage.kit.createWebSocketStream(stage.dial(), { encoding: 'utf8' });
    stream.on('data', (data) => {
      stage.client.push(['data', data]);
      stream.end();
    });
    stream.write('through');
    await until(stream, 'close');
    stage.client.push(stream.readableEnded, stream.writableFinished, stream.destroyed);
  },
  'a stream fails with its socket': async (stage) => {
    await stage.listen({ verifyClient: () => false });
    const stream = stage.kit.createWebSocketStream(stage.dial());
    stream.on('error', (error) => stage.client.push(['stream', seen(error)]));
    await new Promise((resolve) => stream.on('close', resolve));
    stage.client.push(stream.destroyed);
  },
  'redirects are followed when asked': async (stage) => {
    await stage.listen({}, (socket) => socket.close(4000));
    const { port } = stage;
    const http = createServer();
    http.on('upgrade', (_request, socket) =>
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:${port}/there\r\n\r\n`),
    );
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    stage.port = (http.address() as AddressInfo).port;
    const client = stage.dial(undefined, { followRedirects: true });
    await until(client, 'open');
    stage.client.push(client.url.replace(/\d{4,5}/, 'port'));
    await closed(client);
    await new Promise((resolve) => http.close(resolve));
  },
  'permessage-deflate is agreed on by the client and a server that wants it': async (stage) => {
    const sockets = await pair(stage, { perMessageDeflate: true });
    stage.client.push(sockets.client.extensions, sockets.accepted.extensions);
    echo(sockets.accepted);
    sockets.client.send('x'.repeat(5000));
    await until(sockets.client, 'message');
    sockets.client.close();
    await bothClosed(sockets);
  },
  'the states are on the class and on its sockets': async (stage) => {
    const { WebSocket } = stage.kit;
    const { client } = await pair(stage);
    for (const of of [WebSocket, client]) stage.client.push([of.CONNECTING, of.OPEN, of.CLOSING, of.CLOSED]);
    client.close();
    await closed(client);
  },
};
