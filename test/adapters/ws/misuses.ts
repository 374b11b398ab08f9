/** What sockets and servers of ws make of wrong or odd use, each a scenario that is played by both implementations. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Scenario } from './scenarios.js';
import { type AnySocket, closed, pair, type Stage, seen, until } from './stage.js';

type ServerOptions = NonNullable<ConstructorParameters<Stage['kit']['WebSocketServer']>[0]>;
type Done = (isVerified: boolean, code?: number, message?: string) => void;

/** The kind of an error: its text may be that of the engine. */
const kindOf = (act: () => unknown): unknown => {
  try {
    return seen(act());
  } catch (error) {
    return (error as Error).name;
  }
};

/** An HTTP server that hands its upgrades to a function. */
async function byHand(
  stage: Stage,
  upgraded: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<Server> {
  const http = createServer();
  http.on('upgrade', upgraded);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  stage.port = (http.address() as AddressInfo).port;
  return http;
}

const noServer = (stage: Stage, options: ServerOptions = {}) =>
  new stage.kit.WebSocketServer({ noServer: true, ...options });

/** A client that is greeted, and leaves. */
async function greeted(stage: Stage): Promise<void> {
  const client = stage.dial();
  await until(client, 'message');
  client.close();
  await closed(client);
}

const welcome = (stage: Stage) => (socket: AnySocket) => {
  stage.watch(socket, stage.server);
  socket.send('welcome');
};

export const MISUSES: Readonly<Record<string, Scenario>> = {
  'a socket is handed to one server twice': async (stage) => {
    const server = noServer(stage);
    const http = await byHand(stage, (...upgrade) => {
      for (const _ of ['once', 'twice'])
        stage.attempt(stage.server, () => server.handleUpgrade(...upgrade, welcome(stage)));
    });
    await greeted(stage);
    http.close();
  },
  'a socket is handed to two servers': async (stage) => {
    const servers = [noServer(stage), noServer(stage)];
    const http = await byHand(stage, (...upgrade) => {
      for (const server of servers) stage.attempt(stage.server, () => server.handleUpgrade(...upgrade, welcome(stage)));
    });
    await greeted(stage);
    http.close();
  },
  'a socket that has ended is handed over again': async (stage) => {
    const server = noServer(stage);
    let again = () => {};
    const http = await byHand(stage, (...upgrade) => {
      server.handleUpgrade(...upgrade, welcome(stage));
      again = () => server.handleUpgrade(...upgrade, welcome(stage));
    });
    await greeted(stage);
    await Promise.all([...server.clients].map(closed));
    stage.attempt(stage.server, again);
    http.close();
  },
  'verifyClient lets a client in twice': async (stage) => {
    const server = noServer(stage, {
      verifyClient: (_info, done: Done) => {
        setImmediate(() => {
          for (const _ of ['once', 'twice']) stage.attempt(stage.server, () => done(true));
        });
      },
    });
    const http = await byHand(stage, (...upgrade) => server.handleUpgrade(...upgrade, welcome(stage)));
    await greeted(stage);
    http.close();
  },
  'two servers verify one client at the same time': async (stage) => {
    const waiting: Done[] = [];
    const verifyClient = (_info: unknown, done: Done) => {
      waiting.push(done);
      if (waiting.length === 2)
        setImmediate(() => {
          for (const each of waiting) stage.attempt(stage.server, () => each(true));
        });
    };
    const servers = [noServer(stage, { verifyClient }), noServer(stage, { verifyClient })];
    const http = await byHand(stage, (...upgrade) => {
      for (const server of servers) server.handleUpgrade(...upgrade, welcome(stage));
    });
    await greeted(stage);
    http.close();
  },
  'verifyClient lets a client in whom it has refused': async (stage) => {
    await stage.listen({
      verifyClient: (_info, done: Done) => {
        stage.attempt(stage.server, () => done(false, 403));
        stage.attempt(stage.server, () => done(true));
      },
    });
    await closed(stage.dial());
  },
  'a client comes by hand after close': async (stage) => {
    const server = noServer(stage);
    server.close(() => stage.server.push('closed'));
    await until(server, 'close');
    const http = await byHand(stage, (...upgrade) =>
      stage.attempt(stage.server, () => server.handleUpgrade(...upgrade, welcome(stage))),
    );
    await closed(stage.dial());
    http.close();
  },
  'a client leaves before it is handed over': async (stage) => {
    const server = noServer(stage);
    const handed = new Promise<void>((resolve) => {
      void byHand(stage, (request, socket, head) => {
        socket.destroy();
        stage.attempt(stage.server, () => server.handleUpgrade(request, socket, head, welcome(stage)));
        resolve();
      }).then((http) => {
        const client = stage.dial();
        client.on('close', () => http.close());
      });
    });
    await handed;
  },
  'close is called again and again': async (stage) => {
    const server = await stage.listen();
    for (const name of ['first', 'second', 'third']) server.close((error) => stage.server.push([name, seen(error)]));
    await until(server, 'close');
    server.close();
    for (const name of ['late', 'later']) server.close((error) => stage.server.push([name, seen(error)]));
    await until(server, 'close');
    await new Promise(setImmediate);
    stage.attempt(stage.server, () => server.address());
  },
  'the functions of the user are not asked about what is no opening handshake': async (stage) => {
    const asked: string[] = [];
    const server = await stage.listen({
      verifyClient: () => asked.push('verifyClient') > 0,
      handleProtocols: () => {
        asked.push('handleProtocols');
        return false;
      },
    });
    server.shouldHandle = () => asked.push('shouldHandle') > 0;
    server.on('headers', () => asked.push('headers'));
    const right = { upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-protocol': 'a' };
    for (const [method, wrong] of [
      ['POST', {}],
      ['GET', { upgrade: 'websocket, h2c' }],
      ['GET', { 'sec-websocket-key': 'short' }],
      ['GET', { 'sec-websocket-version': '7' }],
    ] as const) {
      const status = await stage.statusOf(
        { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...right, ...wrong },
        method,
      );
      stage.server.push([...asked.splice(0), status >= 400]);
    }
    await stage.statusOf({ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...right });
    stage.server.push(asked);
    for (const client of server.clients) client.terminate();
  },
  'options of a server exclude each other, or are none': async (stage) => {
    const { WebSocketServer } = stage.kit;
    for (const options of [undefined, null, {}, { port: null }, { noServer: 0 }, { port: 0, server: createServer() }])
      stage.server.push(kindOf(() => void new WebSocketServer(options as never)));
    for (const port of [-1, 65_536]) stage.server.push(kindOf(() => void new WebSocketServer({ port })));
  },
  'subprotocols come in odd forms': async (stage) => {
    const { WebSocket } = stage.kit;
    for (const protocols of [null, 5, [5], [null], [undefined], true, '', ' a'])
      stage.attempt(stage.client, () => void new WebSocket('ws://127.0.0.1:1', protocols as never));
    for (const given of [null, ['a', 'a'], 5])
      stage.attempt(stage.client, () => void new WebSocket('ws://127.0.0.1:1', { protocols: given as never }));
    await stage.listen();
    for (const [protocols, options] of [
      [undefined, { protocols: ['one', 'two'] }],
      [['two'], { protocols: 'one' }],
      [[], { protocols: 'one' }],
      [{ protocols: 'one' }, { protocols: 'two' }],
    ] as const) {
      const client = stage.dial(protocols, options);
      await until(client, 'open');
      stage.client.push(client.protocol);
      client.close();
      await closed(client);
    }
  },
  'a reason is given in odd forms': async (stage) => {
    const odd = [
      '',
      Buffer.from('bytes'),
      new Uint8Array([111, 107]),
      5,
      true,
      {},
      [],
      Symbol('no'),
      new ArrayBuffer(3),
    ];
    for (const reason of odd) {
      const sockets = await pair(stage);
      stage.client.push(kindOf(() => sockets.client.close(4000, reason as string)));
      await Promise.all([closed(sockets.client), closed(sockets.accepted)]);
    }
  },
  'a reason that cannot be sent leaves the socket as it was': async (stage) => {
    const sockets = await pair(stage);
    const wrong = [null, [1, 2], new Uint16Array([1, 2]), { length: 3 }, 'ü'.repeat(62), Buffer.alloc(124)];
    for (const reason of wrong) {
      stage.client.push(
        kindOf(() => sockets.client.close(4000, reason as string)),
        sockets.client.readyState,
      );
    }
    for (const code of [null, '', Number.NaN, 1.5, -1, 4000n, {}])
      stage.client.push(
        kindOf(() => sockets.client.close(code as number)),
        sockets.client.readyState,
      );
    sockets.client.close(4001);
    await Promise.all([closed(sockets.client), closed(sockets.accepted)]);
    for (const code of [999, null]) stage.client.push(kindOf(() => sockets.client.close(code as number)));
  },
  'a socket is closed by its own listeners': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.on('message', () => {
      sockets.client.close(4000);
      sockets.client.close(4001);
    });
    sockets.client.on('close', () => {
      sockets.client.close();
      sockets.client.terminate();
      sockets.client.pause();
      sockets.client.resume();
      sockets.client.send('late', (error) => stage.client.push(['sent', seen(error)]));
      sockets.client.ping((error: Error) => stage.client.push(['pinged', seen(error)]));
      stage.client.push(sockets.client.isPaused);
    });
    sockets.accepted.send('go');
    await Promise.all([closed(sockets.client), closed(sockets.accepted)]);
    await new Promise(setImmediate);
  },
  'what cannot be sent is refused, and the socket goes on': async (stage) => {
    const sockets = await pair(stage);
    for (const act of ['send', 'ping', 'pong'] as const)
      for (const data of [Symbol('no'), 5n, true, {}, () => {}])
        stage.client.push([
          act,
          typeof data,
          typeof data === 'function' ? 'skipped' : kindOf(() => sockets.client[act](data)),
        ]);
    for (const act of ['ping', 'pong'] as const)
      for (const data of ['ü'.repeat(63), Buffer.alloc(126), new Blob(['x'.repeat(126)])])
        stage.client.push([act, kindOf(() => sockets.client[act](data)), sockets.client.readyState]);
    sockets.client.close();
    await Promise.all([closed(sockets.client), closed(sockets.accepted)]);
    for (const act of ['send', 'ping', 'pong'] as const)
      stage.client.push([act, kindOf(() => sockets.client[act](Symbol('late')))]);
  },
  'options and payloads come in odd forms': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.send('without options', null as never);
    sockets.client.send('without anything', null as never, undefined);
    sockets.client.send('as bytes', { binary: 1 as never });
    sockets.client.ping(new Blob(['blob']), undefined, (error) => stage.client.push(['pinged', seen(error)]));
    await until(sockets.client, 'pong');
    sockets.client.pong(new Blob(['answer']));
    await until(sockets.accepted, 'pong');
    sockets.client.ping(null);
    await until(sockets.client, 'pong');
    sockets.client.ping(new Uint8Array([65, 66]).buffer);
    await until(sockets.client, 'pong');
    sockets.client.close();
    await Promise.all([closed(sockets.client), closed(sockets.accepted)]);
  },
  'listeners of ping and pong are put in front, and come late': async (stage) => {
    const server = await stage.listen();
    const connected = once(server, 'connection');
    const client = new stage.kit.WebSocket(stage.url);
    const [accepted] = (await connected) as [AnySocket];
    if (client.readyState !== client.OPEN) await until(client, 'open');
    client.prependListener('ping', (data) => stage.client.push(['ping', seen(data)]));
    accepted.ping('one');
    await until(accepted, 'pong');
    client.prependOnceListener('pong', (data) => stage.client.push(['pong', seen(data)]));
    const pinged = until(accepted, 'ping');
    client.ping('two');
    await pinged;
    accepted.ping('three');
    await until(accepted, 'pong');
    client.close();
    await Promise.all([closed(client), closed(accepted)]);
  },
  'listeners of the EventTarget side come in odd forms': async (stage) => {
    const { client, accepted } = await pair(stage);
    const nothing = () => {};
    for (const [type, listener, options] of [
      ['close', null, {}],
      ['close', nothing, true],
      ['close', nothing, { once: true }],
      ['close', {}, {}],
      ['close', 'text', {}],
      ['ping', nothing, {}],
      ['nonsense', nothing, {}],
      ['toString', nothing, {}],
      ['message', nothing, null],
    ] as const) {
      stage.client.push(kindOf(() => client.addEventListener(type as 'close', listener as never, options as never)));
      stage.client.push([type, client.listenerCount(type)]);
    }
    for (const listener of [null, {}, 'text', nothing, nothing])
      stage.client.push(kindOf(() => client.removeEventListener('close', listener as never)));
    stage.client.push(
      client.listenerCount('close'),
      kindOf(() => client.removeEventListener('nonsense' as 'close', nothing)),
    );
    for (const odd of ['text', {}, 5, undefined, nothing, null]) {
      client.onmessage = odd as never;
      stage.client.push(client.onmessage === odd, client.listenerCount('message'));
    }
    client.removeAllListeners('close');
    stage.client.push(client.listenerCount('close'));
    const over = closed(client);
    client.close();
    await Promise.all([over, closed(accepted)]);
  },
  'a stream is made of a socket that has ended': async (stage) => {
    const sockets = await pair(stage);
    sockets.client.close();
    await Promise.all([closed(sockets.client), closed(sockets.accepted)]);
    const stream = stage.kit.createWebSocketStream(sockets.client);
    stream.on('error', (error) => stage.client.push(['stream', seen(error)]));
    const end = new Promise<void>((resolve) => stream.end(() => resolve()));
    await end;
    stage.client.push(stream.writableFinished, stream.destroyed);
    stream.destroy();
    await until(stream, 'close');
  },
};
