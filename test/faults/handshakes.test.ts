import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { refuse } from '../../src/supervisor/listener/refusal.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { answerBytes, BytePeer, ByteServer, requestBytes } from '../support/byte-peer.js';
import { endingsOf } from '../support/endings.js';
import { eventually } from '../support/eventually.js';
import { frameBytes, masked, OP } from '../support/frame-bytes.js';
import { settled } from '../support/settled.js';
import { sharing } from '../support/shared-server.js';
import { echo, idle, Stage } from './stage.js';

const HOST = '127.0.0.1';

/** A dialer that tries once. */
function dialOnce(url: string, limits: { openWithinMs?: number } = {}) {
  const clock = createHeapClock();
  const supervisor = createSupervisor({ clock, limits });
  const feed = supervisor.dial({ url, restart: 'temporary', retry: () => 'stop', handler: idle });
  const report = async () => {
    const [first] = await endingsOf(supervisor);
    return first;
  };
  return { supervisor, clock, feed, report, [Symbol.asyncDispose]: async () => void (await supervisor.stop()) };
}

describe('a dial', () => {
  // Raw ws emits an 'error' for it in the next tick, which ends a process that has no listener.
  test('that is called off before it opens harms nobody', async () => {
    await using server = await ByteServer.listen();
    await using dial = dialOnce(server.url);
    const connection = [...dial.supervisor.connections.values()][0];
    connection?.close(4001, 'never mind');
    connection?.terminate();
    expect(await dial.report()).toMatchObject({
      outcome: 'closed',
      trigger: 'called-off',
      phase: 'connecting',
      wasClean: false,
    });
    await settled();
  });

  test('that is called off while the server answers harms nobody', async () => {
    await using server = await ByteServer.listen();
    await using dial = dialOnce(server.url);
    const peer = await server.nextClient();
    [...dial.supervisor.connections.values()][0]?.close();
    peer.socket.end(answerBytes(peer.head));
    expect(await dial.report()).toMatchObject({ outcome: 'closed', trigger: 'called-off' });
    await peer.ended();
  });

  // ws's own handshakeTimeout starts again with every byte.
  test('to a server that drips its answer ends at openWithinMs', async () => {
    await using server = await ByteServer.listen();
    await using dial = dialOnce(server.url, { openWithinMs: 10_000 });
    const peer = await server.nextClient();
    for (const byte of answerBytes(peer.head).subarray(0, 12)) {
      peer.socket.write(Buffer.of(byte));
      await settled();
      dial.clock.advance(1000);
      await settled();
    }
    expect(await dial.report()).toMatchObject({
      outcome: 'failed',
      trigger: 'open-deadline',
      phase: 'connecting',
      startedBy: 'local',
    });
    await peer.ended();
  });

  test('to a server that accepts TCP and says nothing ends at openWithinMs', async () => {
    await using server = await ByteServer.listen();
    await using dial = dialOnce(server.url, { openWithinMs: 500 });
    await server.nextClient();
    dial.clock.advance(499);
    await settled();
    expect(dial.supervisor.endings).toEqual([]);
    dial.clock.advance(100);
    expect(await dial.report()).toMatchObject({ trigger: 'open-deadline' });
  });

  // Raw ws has one error string for it.
  test.each([
    [401, {}, undefined],
    [429, { 'Retry-After': '3' }, 3000],
    [503, { 'Retry-After': 'Thu, 01 Jan 1970 00:01:00 GMT' }, 0],
    [302, { Location: 'ws://127.0.0.1:1/' }, undefined],
  ])('that is refused with %i reports status and advised delay', async (status, headers, retryAfterMs) => {
    await using server = await ByteServer.listen();
    await using dial = dialOnce(server.url);
    const peer = await server.nextClient();
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    peer.socket.end(`HTTP/1.1 ${status} No\r\n${fields.join('')}Content-Length: 0\r\n\r\n`);
    const report = await dial.report();
    expect(report).toMatchObject({
      outcome: 'failed',
      trigger: 'refused',
      httpStatus: status,
      startedBy: 'peer',
      phase: 'connecting',
      code: 1006,
    });
    expect(report?.retryAfterMs).toBe(retryAfterMs);
  });
});

describe('a frame without a mask right behind the request', () => {
  // Raw ws emits 'error' on a WebSocket that has no listener yet, which ends the process.
  test('is a fault of an accepted connection, and nothing else', async () => {
    await using stage = await Stage.open('accepted', idle, {
      peer: { behind: frameBytes({ opcode: OP.text, payload: 'bare' }) },
    });
    expect(await stage.peer.closed()).toBe(1002);
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({ trigger: 'protocol-error', code: 1002 });
  });

  test('harms nobody when the client is refused', async () => {
    await using supervisor = createSupervisor();
    const listener = await supervisor.listen({ port: 0, host: HOST, authenticate: () => refuse(403), handler: idle });
    await using client = BytePeer.connect(
      listener.address?.port ?? 0,
      requestBytes({ behind: frameBytes({ opcode: OP.text, payload: 'bare' }) }),
    );
    expect(await client.readHead()).toMatch(/^HTTP\/1.1 403 /);
    client.socket.write(frameBytes({ opcode: 3 }));
    await client.ended();
    expect(supervisor.stats().refused).toEqual({ 403: 1 });
  });

  test('harms nobody when the connection is rejected late', async () => {
    await using stage = await Stage.open('accepted', (connection) => connection.close(4403), {
      peer: { behind: frameBytes({ opcode: OP.text, payload: 'bare' }) },
    });
    expect(await stage.peer.closed()).toBe(4403);
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({ trigger: 'close-called', endedBy: 'protocol-error', code: 4403 });
  });
});

describe('stop ends although clients do not', () => {
  /** A listener with one client of each kind that never leaves by itself. */
  async function besieged() {
    const clock = createHeapClock();
    const supervisor = createSupervisor({ clock, limits: { closeWithinMs: 100 } });
    let release = (): void => {};
    const listener = await supervisor.listen({
      port: 0,
      host: HOST,
      authenticate: ({ path }) =>
        path === '/slow'
          ? new Promise((resolve) => (release = () => resolve({ data: undefined })))
          : { data: undefined },
      handler: idle,
    });
    const port = listener.address?.port ?? 0;
    const mute = await BytePeer.open(port);
    const half = BytePeer.connect(port, 'GET / HTTP/1.1\r\nHost: x\r\n');
    const silent = BytePeer.connect(port);
    const waiting = BytePeer.connect(port, requestBytes({ path: '/slow' }));
    await eventually(() => supervisor.stats().connections.open === 1 && supervisor.stats().handshakesInFlight === 1);
    return {
      supervisor,
      listener,
      clock,
      mute,
      clients: [mute, half, silent, waiting],
      async [Symbol.asyncDispose]() {
        release();
        for (const client of [mute, half, silent, waiting]) await client[Symbol.asyncDispose]();
        await supervisor.stop();
      },
    };
  }

  test("a listener's: the mute are closed and then dropped, half handshakes are cut, the port is free", async () => {
    await using scene = await besieged();
    let isStopped = false;
    const stopped = scene.listener.stop().then(() => {
      isStopped = true;
    });
    expect(await scene.mute.closed()).toBe(1001);
    await settled();
    expect(isStopped).toBe(false);
    scene.clock.advance(200);
    await stopped;
    for (const client of scene.clients) await client.ended();
    expect(scene.supervisor.endings).toMatchObject([
      { trigger: 'supervisor-stopped', endedBy: 'close-deadline', code: 1001, startedBy: 'local' },
    ]);
    const again = createServer().listen(scene.mute.socket.remotePort, HOST);
    await once(again, 'listening');
    again.close();
    await once(again, 'close');
  });

  test("a supervisor's", async () => {
    await using scene = await besieged();
    const stopped = scene.supervisor.stop({ code: 1012, reason: 'back soon' });
    expect(await scene.mute.closed()).toBe(1012);
    scene.clock.advance(200);
    await stopped;
    for (const client of scene.clients) await client.ended();
    expect(scene.supervisor.state).toBe('stopped');
  });

  test('terminate cuts it short', async () => {
    await using scene = await besieged();
    void scene.supervisor.stop();
    await scene.mute.closed();
    await scene.supervisor.terminate();
    for (const client of scene.clients) await client.ended();
    expect(scene.supervisor.endings).toMatchObject([{ code: 1001, outcome: 'failed' }]);
  });
});

describe('on a server that others use too', () => {
  const shared = () => sharing(createServer((_request, response) => response.end('plain')));

  test('a foreign path is answered with 404 when nobody else would answer it', async () => {
    await using place = await shared();
    await using supervisor = createSupervisor();
    await supervisor.listen({ server: place.server, path: '/ours', handler: echo });
    await supervisor.listen({ server: place.server, path: '/ours-too', handler: echo });
    await using peer = BytePeer.connect(place.port, requestBytes({ path: '/foreign' }));
    await peer.ended();
    expect(await peer.readHead()).toMatch(/^HTTP\/1.1 404 /);
  });

  test('stop leaves the server and its other clients alone', async () => {
    await using place = await shared();
    await using supervisor = createSupervisor();
    const listener = await supervisor.listen({ server: place.server, path: '/ours', handler: echo });
    await using other = BytePeer.connect(place.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await other.readHead();
    await listener.stop();
    expect(place.server.listening).toBe(true);
    expect(place.server.listenerCount('upgrade')).toBe(0);
    other.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await eventually(() => other.bytes.includes('HTTP/1.1 200'));
  });
});

test('a client that breaks the protocol with its first frame costs no other client anything', async () => {
  await using supervisor = createSupervisor();
  const listener = await supervisor.listen({ port: 0, host: HOST, handler: echo });
  const port = listener.address?.port ?? 0;
  await using good = await BytePeer.open(port);
  await using bad = await BytePeer.open(port, { behind: masked({ opcode: OP.text, payload: Buffer.of(0xff) }) });
  expect(await bad.closed()).toBe(1007);
  bad.socket.end();
  good.send({ opcode: OP.text, payload: 'fine' });
  await good.received(1);
  expect(good.texts()).toEqual(['fine']);
});
