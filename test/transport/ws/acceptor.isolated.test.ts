import type * as Http from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import type { Diversion, Diverted, HandshakeRequest, Upgrade } from '../../../src/transport/transport.js';
import { WsAcceptor } from '../../../src/transport/ws/acceptor.js';
import { BytePeer, requestBytes } from '../../support/byte-peer.js';
import { eventually } from '../../support/eventually.js';
import { sharing } from '../../support/shared-server.js';
import { OPTIONS } from '../../support/wire-scene.js';

/** Time runs faster for the servers made here, so that nobody has to wait for their deadlines. */
const FASTER = 20;

const servers = vi.hoisted((): { options: Http.ServerOptions; server: Http.Server }[] => []);

vi.mock('node:http', async (importOriginal) => {
  const http = await importOriginal<typeof Http>();
  const createServer = (options: Http.ServerOptions, listener?: Http.RequestListener) => {
    const { headersTimeout = 60_000, connectionsCheckingInterval = 30_000 } = options;
    const server = http.createServer(
      { headersTimeout: headersTimeout / FASTER, connectionsCheckingInterval: connectionsCheckingInterval / FASTER },
      listener,
    );
    servers.push({ options, server });
    return server;
  };
  return { ...http, createServer };
});

const { createServer } = await vi.importActual<typeof Http>('node:http');

const PORT = { kind: 'port', port: 0, host: '127.0.0.1', backlog: 511 } as const;

/** An acceptor, and what it was asked to decide. */
async function accepting(
  target: Parameters<typeof WsAcceptor.open>[0] = PORT,
  wants: (request: HandshakeRequest) => boolean = () => true,
) {
  const upgrades: Upgrade[] = [];
  const errors: Error[] = [];
  const diverted: [Diverted, Diversion][] = [];
  const acceptor = await WsAcceptor.open(target, {
    wants,
    onUpgrade: (upgrade) => upgrades.push(upgrade),
    onError: (error) => errors.push(error),
    onDiverted: (request, diversion) => diverted.push([request, diversion]),
    now: () => performance.now(),
  });
  return { acceptor, upgrades, errors, diverted, port: acceptor.address?.port ?? 0 };
}

const sharedServer = () => sharing(createServer());

/** The status with which a handshake for a path is answered. */
async function statusFor(port: number, path: string): Promise<string> {
  await using client = BytePeer.connect(port, requestBytes({ path }));
  return (await client.readHead()).split(' ')[1] ?? '';
}

describe('a port of its own', () => {
  test('answers plain HTTP with 426 and how to do better', async () => {
    const { acceptor, port } = await accepting();
    await using client = BytePeer.connect(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.ended();
    await client.readHead();
    expect(client.head).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n/);
    expect(client.head).toMatch(/^upgrade: websocket\r?$/im);
    await acceptor.close();
  });

  test('gives a client ten seconds for its header, and looks every second', async () => {
    const { acceptor } = await accepting();
    expect(servers.at(-1)?.options).toMatchObject({ headersTimeout: 10_000, connectionsCheckingInterval: 1000 });
    await acceptor.close();
  });

  test('cuts a client off that drips its header, with 408', async () => {
    const { acceptor, port, upgrades } = await accepting();
    await using client = BytePeer.connect(port);
    const bytes = requestBytes();
    for (let i = 0; !client.hasEnded && i < bytes.length; i++) {
      client.socket.write(bytes.subarray(i, i + 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await client.readHead();
    expect(client.head).toMatch(/^HTTP\/1.1 408 /);
    expect(upgrades).toEqual([]);
    await acceptor.close();
  });

  test('cannot be taken twice, and fails with the errno', async () => {
    const { acceptor, port } = await accepting();
    await expect(accepting({ ...PORT, port })).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' });
    await acceptor.close();
  });

  test('reports failures that cost single clients, and goes on', async () => {
    const { acceptor, port, errors } = await accepting();
    const error = new Error('accept EMFILE');
    servers.at(-1)?.server.emit('error', error);
    expect(errors).toEqual([error]);
    await using client = BytePeer.connect(port, requestBytes());
    await acceptor.close();
    await client.ended();
  });

  test('is free at once when it is closed, while wires and half handshakes are still there', async () => {
    const { acceptor, port, upgrades } = await accepting();
    await using open = BytePeer.connect(port, requestBytes());
    await eventually(() => upgrades.length === 1);
    const wire = upgrades[0]?.accept(undefined, OPTIONS);
    await using half = BytePeer.connect(port, 'GET / HTTP/1.1\r\n');
    await eventually(() => half.socket.bytesWritten > 0 && !half.socket.connecting);
    await acceptor.close();
    const again = await accepting({ ...PORT, port });
    await half.ended();
    expect(open.hasEnded).toBe(false);
    wire?.terminate();
    await again.acceptor.close();
    await acceptor.close();
  });

  test('is closed although a refused client goes on sending', async () => {
    const { acceptor, port, upgrades } = await accepting();
    await using client = BytePeer.connect(port, requestBytes());
    await eventually(() => upgrades.length === 1);
    upgrades[0]?.refuse({ status: 403 });
    const dripping = setInterval(() => client.socket.write('drip'), 10);
    await acceptor.close();
    await client.ended();
    await eventually(() => client.socket.destroyed || client.error !== undefined, 'the drop', 3000);
    clearInterval(dripping);
  });
});

describe('has closed', () => {
  const isClosed = async (acceptor: WsAcceptor): Promise<boolean> => {
    let hasClosed = false;
    void acceptor.closed.then(() => (hasClosed = true));
    await new Promise((resolve) => setImmediate(resolve));
    return hasClosed;
  };

  test('on request', async () => {
    const { acceptor } = await accepting();
    expect(await isClosed(acceptor)).toBe(false);
    await acceptor.close();
    expect(await isClosed(acceptor)).toBe(true);
  });

  test('when a port of its own was lost', async () => {
    const { acceptor } = await accepting();
    servers.at(-1)?.server.close();
    await acceptor.closed;
    await acceptor.close();
  });

  test('but not when the owner of a shared server closes that: it may listen again', async () => {
    const shared = await sharedServer();
    const { acceptor } = await accepting({ kind: 'server', server: shared.server });
    await shared[Symbol.asyncDispose]();
    expect(await isClosed(acceptor)).toBe(false);
    await acceptor.close();
    expect(await isClosed(acceptor)).toBe(true);
  });
});

describe('on a shared server', () => {
  const isIts = (path: string) => (request: HandshakeRequest) => request.url === path;

  test('what it wants is its own, and all else is left to other listeners', async () => {
    await using shared = await sharedServer();
    shared.server.on('upgrade', (request, socket) => {
      if (request.url === '/other') socket.end('HTTP/1.1 299 Neighbour\r\n\r\n');
    });
    const { acceptor, upgrades } = await accepting({ kind: 'server', server: shared.server }, isIts('/ours'));
    expect(await statusFor(shared.port, '/other')).toBe('299');
    await using client = BytePeer.connect(shared.port, requestBytes({ path: '/ours' }));
    await eventually(() => upgrades.length === 1);
    upgrades[0]?.refuse({ status: 499 });
    await client.ended();
    await acceptor.close();
    expect(shared.server.listenerCount('upgrade')).toBe(1);
    expect(shared.server.listening).toBe(true);
  });

  test('a path that nobody wants is answered with 404 when nobody else could', async () => {
    await using shared = await sharedServer();
    const { acceptor } = await accepting({ kind: 'server', server: shared.server }, isIts('/ours'));
    expect(await statusFor(shared.port, '/other')).toBe('404');
    await acceptor.close();
  });

  test('several listeners of ours know of each other: each path has one answer', async () => {
    await using shared = await sharedServer();
    const target = { kind: 'server', server: shared.server } as const;
    const a = await accepting(target, isIts('/a'));
    const b = await accepting(target, isIts('/b'));
    expect(await statusFor(shared.port, '/other')).toBe('404');
    await using client = BytePeer.connect(shared.port, requestBytes({ path: '/b' }));
    await eventually(() => b.upgrades.length === 1);
    expect(a.upgrades).toEqual([]);
    b.upgrades[0]?.refuse({ status: 499 });
    await client.ended();
    await a.acceptor.close();
    expect(await statusFor(shared.port, '/a')).toBe('404');
    await b.acceptor.close();
  });

  test('of several that want a request the first has it', async () => {
    await using shared = await sharedServer();
    const target = { kind: 'server', server: shared.server } as const;
    const first = await accepting(target);
    const second = await accepting(target);
    await using client = BytePeer.connect(shared.port, requestBytes());
    await eventually(() => first.upgrades.length === 1);
    first.upgrades[0]?.refuse({ status: 499 });
    await client.ended();
    expect(second.upgrades).toEqual([]);
    await first.acceptor.close();
    await second.acceptor.close();
  });
});

describe('by hand', () => {
  test('has no address, and takes what it is handed until it is closed', async () => {
    await using shared = await sharedServer();
    const { acceptor, upgrades } = await accepting({ kind: 'by-hand' });
    shared.server.on('upgrade', (request, socket, head) => acceptor.handleUpgrade(request, socket, head));
    expect(acceptor.address).toBeUndefined();
    await using client = BytePeer.connect(shared.port, requestBytes());
    await eventually(() => upgrades.length === 1);
    upgrades[0]?.refuse({ status: 499 });
    await client.ended();
    await acceptor.close();
    expect(await statusFor(shared.port, '/')).toBe('503');
  });
});
