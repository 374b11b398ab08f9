/** Upgrades that another program's server, or its middleware, passes to a listener: at once, or late. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ChildError, connect, createSupervisor, EndedError, type Handler, OptionError } from '../../src/index.js';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../support/certificate.js';
import { frameBytes, KEY } from '../support/frame-bytes.js';
import { sharing } from '../support/shared-server.js';

const echo: Handler = async (connection) => {
  for await (const frame of connection) connection.send(frame);
};

const HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

describe('a listener by hand', () => {
  test('is there at once, and takes an upgrade in the same turn', async () => {
    await using supervisor = createSupervisor();
    const listener = supervisor.accept({ handler: echo });
    expect(listener).toMatchObject({ kind: 'listener', id: 'listener-1', state: 'listening', address: undefined });
    await using shared = await sharing(createServer());
    shared.server.on('upgrade', (...upgrade) => listener.handleUpgrade(...upgrade));
    await using client = await connect(`ws://127.0.0.1:${shared.port}/`);
    client.send('hello');
    expect((await client.receive())?.text()).toBe('hello');
    expect(listener.connectionCount).toBe(1);
    expect(supervisor.child('listener-1')).toBe(listener);
    await listener.stop();
    expect((await client.closed).received).toEqual({ code: 1001, reason: '' });
    expect(supervisor.child('listener-1')).toBeUndefined();
  });

  test('takes upgrades before its own start has had its turn', async () => {
    await using shared = await sharing(createServer());
    await using supervisor = createSupervisor();
    const passed = new Promise<void>((resolve) => {
      shared.server.on('upgrade', (...upgrade) => {
        // The supervisor is busy with a start that takes its time.
        void supervisor
          .startChild({
            id: 'slow',
            start: async ({ signal }) => {
              await once(signal, 'abort');
              throw new Error('called off');
            },
          })
          .catch(() => {});
        supervisor.accept({ id: 'by-hand', handler: echo }).handleUpgrade(...upgrade);
        resolve();
      });
    });
    const dialing = connect(`ws://127.0.0.1:${shared.port}/`);
    await passed;
    const client = await dialing;
    client.send('early');
    expect((await client.receive())?.text()).toBe('early');
    await supervisor.stop();
    // What was taken for a listener that has never started is dropped.
    expect((await client.closed).outcome).toBe('failed');
  });

  test('is refused for an id in use, a wrong option, and a supervisor that has stopped, and leaves nothing', async () => {
    const supervisor = createSupervisor();
    supervisor.accept({ id: 'one', handler: echo });
    expect(() => supervisor.accept({ id: 'one', handler: echo })).toThrow(ChildError);
    expect(() => supervisor.accept({ handler: 5 as never })).toThrow('accept: handler is 5; it must be a function.');
    expect(() => supervisor.accept({ port: 8080, handler: echo } as never)).toThrow(OptionError);
    await supervisor.stop();
    expect(() => supervisor.accept({ handler: echo })).toThrow(EndedError);
  });

  test('may be suspended and stopped in the turn in which it was made', async () => {
    await using supervisor = createSupervisor();
    const suspended = supervisor.accept({ id: 'suspended', handler: echo });
    suspended.suspend();
    const stopped = supervisor.accept({ id: 'stopped', handler: echo });
    await stopped.stop();
    expect([suspended.state, stopped.state]).toEqual(['suspended', 'stopped']);
    expect(await stopped.ended).toMatchObject({ id: 'stopped' });
  });
});

/** A server whose framework passes each upgrade on after its middleware, and listens for errors of the socket. */
async function late(middleware: (request: IncomingMessage, socket: Duplex) => Promise<unknown>) {
  const supervisor = createSupervisor();
  const listener = supervisor.accept({ handler: echo });
  const shared = await sharing(createServer());
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  const passed = new Promise<void>((resolve) => {
    shared.server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {});
      void middleware(request, socket).then(() => {
        listener.handleUpgrade(request, socket, head);
        resolve();
      });
    });
  });
  return {
    supervisor,
    shared,
    events,
    passed,
    async [Symbol.asyncDispose]() {
      await supervisor.stop();
      await shared[Symbol.asyncDispose]();
    },
  };
}

describe('an upgrade that comes after middleware', () => {
  test.each(['with its request', 'while the middleware runs'])(
    'keeps what the client has sent early, %s',
    async (when) => {
      let sendLater = () => {};
      await using scene = await late(async () => {
        sendLater();
        await new Promise((resolve) => setTimeout(resolve, 50));
      });
      const socket = connectTcp(scene.shared.port, '127.0.0.1');
      const early = frameBytes({ opcode: 1, payload: Buffer.from('early'), mask: KEY });
      if (when === 'with its request') socket.write(Buffer.concat([Buffer.from(HANDSHAKE), early]));
      else {
        sendLater = () => socket.write(early);
        socket.write(HANDSHAKE);
      }
      let answer = '';
      for await (const chunk of socket) {
        answer += String(chunk);
        if (answer.endsWith('early')) break;
      }
      expect([answer.slice(0, 13), answer.slice(-5)]).toEqual(['HTTP/1.1 101 ', 'early']);
    },
  );

  test('whose client has gone is refused with 499, and takes nothing with it', async () => {
    await using scene = await late((_request, socket) => new Promise((resolve) => socket.once('close', resolve)));
    const socket = connectTcp(scene.shared.port, '127.0.0.1');
    socket.on('error', () => {});
    scene.shared.server.once('upgrade', () => socket.resetAndDestroy());
    socket.write(HANDSHAKE);
    await scene.passed;
    expect(scene.events.filter(({ type }) => type.startsWith('handshake'))).toMatchObject([
      { type: 'handshake.refused', status: 499, why: 'gone' },
    ]);
    expect(scene.supervisor.connections.size).toBe(0);
  });

  test('whose socket the middleware has answered itself is left alone', async () => {
    await using scene = await late(async (_request, socket) => {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    });
    const socket = connectTcp(scene.shared.port, '127.0.0.1');
    socket.write(HANDSHAKE);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    await scene.passed;
    expect(answer).toBe('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    expect(scene.supervisor.connections.size).toBe(0);
  });
});

describe('a server of HTTP/2', () => {
  test('with allowHTTP1 has its upgrades taken, and its requests left alone', async () => {
    const server = createSecureServer({ cert: CERTIFICATE_PEM, key: KEY_PEM, allowHTTP1: true });
    server.on('request', (_request, response) => response.end('a page'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const supervisor = createSupervisor();
    await supervisor.listen({ server, path: '/live', handler: echo });
    const client = await connect(`wss://127.0.0.1:${port}/live`, { tls: { rejectUnauthorized: false } });
    client.send('hello');
    expect((await client.receive())?.text()).toBe('hello');
    client.close();
    await supervisor.stop();
    server.close();
    await once(server, 'close');
  });
});
