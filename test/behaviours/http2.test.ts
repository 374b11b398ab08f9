import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/index.js';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { refuse } from '../../src/supervisor/listener/refusal.js';
import { endingsOf } from '../support/endings.js';
import { eventually } from '../support/eventually.js';
import { closeBytes, masked, OP } from '../support/frame-bytes.js';
import { Http2Client, plainHttp2, secureHttp2 } from '../support/http2-client.js';
import { INITIAL_WINDOW, RawHttp2 } from '../support/raw-http2.js';

const echo = async (connection: Connection<unknown>) => {
  for await (const frame of connection) connection.send(frame);
};

/** A listener on a server of HTTP/2. */
async function aScene({ handler = echo, ...options }: Partial<ListenOptions<unknown>> = {}) {
  const shared = await plainHttp2();
  const supervisor = createSupervisor({ liveness: false });
  const events: SupervisorEvent[] = [];
  const connections: Connection<unknown>[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  const listener = await supervisor.listen({
    server: shared.server,
    ...options,
    handler: (connection) => {
      connections.push(connection);
      return handler(connection);
    },
  });
  return {
    ...shared,
    supervisor,
    listener,
    events,
    connections,
    /** Why clients were refused. */
    refusals: () =>
      events.flatMap((event) => (event.type === 'handshake.refused' ? [`${event.status} ${event.why}`] : [])),
    async [Symbol.asyncDispose]() {
      await supervisor.terminate();
      await shared[Symbol.asyncDispose]();
    },
  };
}

describe('a WebSocket within HTTP/2 (RFC 8441)', () => {
  test('is opened by an extended CONNECT, echoes, and ends with a report that has all facts', async () => {
    await using scene = await aScene({ path: '/rooms/:name' });
    await using client = await Http2Client.connect(scene.url);
    const peer = await client.open('/rooms/tea?since=7', { cookie: 'a=1', ':authority': 'a.example' });
    peer.send({ opcode: OP.text, payload: 'hello' });
    expect(await peer.texts(1)).toEqual(['hello']);
    peer.send({ opcode: OP.close, payload: closeBytes(4000, 'bye') });
    expect(await peer.closed()).toBe(4000);
    // The server ends its side first (RFC 6455 section 7.1.1).
    await eventually(() => peer.hasEnded);
    peer.stream.end();
    expect(await peer.gone()).toBe(0);
    const [report] = await endingsOf(scene.supervisor);
    expect(report).toMatchObject({
      outcome: 'closed',
      code: 4000,
      reason: 'bye',
      wasClean: true,
      startedBy: 'peer',
      trigger: 'peer-closed',
      role: 'accepted',
      remoteAddress: '127.0.0.1',
      framesIn: 1,
      framesOut: 1,
      bytesIn: 5,
      bytesOut: 5,
      unconfirmed: { frames: 0, bytes: 0 },
    });
    const [connection] = scene.connections;
    expect(connection?.request).toMatchObject({ method: 'CONNECT', path: '/rooms/tea', params: { name: 'tea' } });
    expect(connection?.request?.header('host')).toBe('a.example');
    expect(connection?.request?.cookie('a')).toBe('1');
  });

  test("has Node's stream until it is answered", async () => {
    const seen: unknown[] = [];
    await using scene = await aScene({
      authenticate: ({ raw, stream }) => {
        seen.push(raw, stream?.session?.socket.remoteAddress);
        return { data: 1, headers: { 'Set-Cookie': ['a=1', 'b=2'] } };
      },
    });
    await using client = await Http2Client.connect(scene.url);
    const peer = await client.open();
    expect(seen).toEqual([undefined, '127.0.0.1']);
    expect(peer.headers?.['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(scene.connections[0]?.request?.stream).toBeUndefined();
  });

  // It was reported as lost: Node no longer says that a Close was written once both sides have ended.
  test('whose client ends its side right behind its Close has that answered, and ends cleanly', async () => {
    await using scene = await aScene();
    using raw = await new RawHttp2(scene.port).ready();
    raw.write(raw.headers(1));
    expect(await raw.answered(1)).toBe(true);
    raw.write(raw.data(1, masked({ opcode: OP.close, payload: closeBytes(1000) }), true));
    expect(await raw.ended(1)).toBe('end');
    expect(raw.bytesOf(1)).toEqual(Buffer.from([0x88, 2, 0x03, 0xe8]));
    expect((await endingsOf(scene.supervisor))[0]).toMatchObject({ wasClean: true, sent: { code: 1000 } });
  });

  test('is closed by us with the end of the stream, after the Close', async () => {
    await using scene = await aScene();
    await using client = await Http2Client.connect(scene.url);
    const peer = await client.open();
    scene.connections[0]?.close(4001, 'enough');
    expect(await peer.closed()).toBe(4001);
    expect(peer.hasEnded).toBe(false);
    peer.send({ opcode: OP.close, payload: closeBytes(4001) });
    await eventually(() => peer.hasEnded);
    peer.stream.end();
    expect(await peer.gone()).toBe(0);
    expect((await endingsOf(scene.supervisor))[0]).toMatchObject({ trigger: 'close-called', wasClean: true });
  });

  test('is terminated by a reset of its stream, which no other stream feels', async () => {
    await using scene = await aScene();
    await using client = await Http2Client.connect(scene.url);
    const [peer, other] = [await client.open(), await client.open()];
    scene.connections[0]?.terminate();
    // RFC 8441 section 5: the code of a reset is CANCEL.
    expect(await peer.gone()).toBe(8);
    const [report] = await endingsOf(scene.supervisor);
    expect(report).toMatchObject({ trigger: 'terminated', outcome: 'failed' });
    expect(report?.cause).toBeUndefined();
    other.send({ opcode: OP.text, payload: 'still here' });
    expect(await other.texts(1)).toEqual(['still here']);
  });

  test('a drain closes it with advice', async () => {
    await using scene = await aScene();
    await using client = await Http2Client.connect(scene.url);
    const peer = await client.open();
    const drained = scene.supervisor.drain({ withinMs: 5_000, spreadMs: 0, notReadyFirstMs: 0 });
    expect(await peer.closed()).toBe(1012);
    peer.send({ opcode: OP.close, payload: closeBytes(1012) });
    peer.stream.end();
    await drained;
    expect((await endingsOf(scene.supervisor))[0]).toMatchObject({ trigger: 'drained', wasClean: true });
  });
});

describe('an opening handshake within HTTP/2 is refused', () => {
  test.each<[number, string, Partial<ListenOptions<unknown>>, Record<string, string>]>([
    [404, 'path', { path: '/live', unmatched: 'refuse' }, {}],
    [403, 'origin', {}, { origin: 'https://evil.example' }],
    [421, 'host', { hosts: ['a.example'] }, { ':authority': 'b.example' }],
    [400, 'handshake', {}, { ':authority': 'a.example', host: 'b.example' }],
    [400, 'handshake', {}, { 'sec-websocket-version': '12' }],
    [400, 'handshake', {}, { 'sec-websocket-protocol': 'a, a' }],
    [400, 'handshake', {}, { ':scheme': 'ftp', ':path': 'http://a.example/' }],
    [401, 'authenticate', { authenticate: () => refuse(401, { headers: { connection: 'close' } }) }, {}],
    [503, 'authenticate', { authenticate: () => Promise.reject(new Error('no database')) }, {}],
  ])('with %i because of its %s', async (status, why, options, fields) => {
    await using scene = await aScene(options);
    await using client = await Http2Client.connect(scene.url);
    const peer = client.ask('/', fields);
    expect(await peer.status()).toBe(status);
    expect(await peer.gone()).toBe(0);
    expect(scene.refusals()).toEqual([`${status} ${why}`]);
    expect(scene.supervisor.connections.size).toBe(0);
  });

  test('with 400 for a user in :authority, or by Node itself, which resets the stream since release 22', async () => {
    await using scene = await aScene();
    await using client = await Http2Client.connect(scene.url);
    const status = await client.ask('/', { ':authority': 'user@a.example' }).status();
    expect([400, undefined]).toContain(status);
    expect(scene.refusals()).toEqual(status === undefined ? [] : ['400 handshake']);
    expect(scene.supervisor.connections.size).toBe(0);
  });

  // 426 needs the field Upgrade, which HTTP/2 forbids.
  test('with the version that is spoken, where it asks for another one', async () => {
    await using scene = await aScene();
    await using client = await Http2Client.connect(scene.url);
    const peer = client.ask('/', { 'sec-websocket-version': '12' });
    expect(await peer.status()).toBe(400);
    expect(peer.headers?.['sec-websocket-version']).toBe('13');
  });

  test('by a listener that has stopped meanwhile as by none', async () => {
    await using scene = await aScene();
    await using client = await Http2Client.connect(scene.url);
    await scene.listener.stop();
    const peer = client.ask();
    scene.server.on('request', () => {});
    expect(await peer.status()).toBe(405);
  });
});

describe('a server of both versions', () => {
  test('takes upgrades of HTTP/1.1 and WebSockets within HTTP/2 on one port, and answers its own requests', async () => {
    await using shared = await secureHttp2({ settings: { enableConnectProtocol: true } });
    shared.server.on('request', (_request, response) => response.end('a page'));
    await using supervisor = createSupervisor();
    await supervisor.listen({ server: shared.server, path: '/live', handler: echo });
    const older = await connect(`wss://127.0.0.1:${shared.port}/live`, { tls: { rejectUnauthorized: false } });
    older.send('over HTTP/1.1');
    expect((await older.receive())?.text()).toBe('over HTTP/1.1');
    await using client = await Http2Client.connect(shared.url);
    const peer = await client.open('/live');
    peer.send({ opcode: OP.text, payload: 'within HTTP/2' });
    expect(await peer.texts(1)).toEqual(['within HTTP/2']);
    expect([...supervisor.connections.values()].map(({ request }) => request?.isSecure)).toEqual([true, true]);
    const page = client.session.request({ ':path': '/live' });
    expect(String(await once(page, 'data'))).toBe('a page');
    older.terminate();
    peer.stream.close();
    await supervisor.terminate();
  });

  // With it browsers would open the WebSockets of neighbours within HTTP/2, too, who may know upgrades only.
  test.each([
    [true, undefined, false],
    [true, true, true],
    [false, undefined, true],
  ])('with HTTP/1.1: %s, and the setting: %s, offers WebSockets: %s', async (allowHTTP1, setting, offers) => {
    await using shared = await secureHttp2({
      allowHTTP1,
      ...(setting === undefined ? {} : { settings: { enableConnectProtocol: setting } }),
    });
    await using supervisor = createSupervisor();
    await supervisor.listen({ server: shared.server, handler: echo });
    await using client = await Http2Client.connect(shared.url);
    expect(client.session.remoteSettings.enableConnectProtocol).toBe(offers);
  });
});

describe('a rude peer', () => {
  test.each<[string, (raw: RawHttp2) => Buffer, object]>([
    ['resets its stream', (raw) => raw.reset(1, 8), { trigger: 'socket-error', cause: { code: 'ECONNRESET' } }],
    ['resets it as if nothing were wrong', (raw) => raw.reset(1, 0), { trigger: 'socket-ended' }],
    ['resets it with another code', (raw) => raw.reset(1, 2), { trigger: 'socket-error' }],
    ['ends its stream', (raw) => raw.data(1, Buffer.alloc(0), true), { trigger: 'socket-ended' }],
    ['ends it in the middle of a frame', (raw) => raw.data(1, Buffer.from([0x81]), true), { trigger: 'socket-ended' }],
    ['sends a frame without mask', (raw) => raw.data(1, Buffer.from([0x81, 1, 65])), { trigger: 'protocol-error' }],
    ['gives up its connection', (raw) => raw.goaway(2), { trigger: 'socket-error' }],
  ])('that %s ends this connection with one report', async (_what, vice, report) => {
    await using scene = await aScene();
    using raw = await new RawHttp2(scene.port).ready();
    raw.write(raw.headers(1));
    expect(await raw.answered(1)).toBe(true);
    raw.write(vice(raw));
    expect((await endingsOf(scene.supervisor))[0]).toMatchObject({ outcome: 'failed', ...report });
    await eventually(() => scene.supervisor.connections.size === 0);
    expect(scene.supervisor.endings).toHaveLength(1);
  });

  test('that cuts TCP ends all connections within it, each with one report', async () => {
    await using scene = await aScene();
    using raw = await new RawHttp2(scene.port).ready();
    const ids = [1, 3, 5, 7];
    raw.write(...ids.map((id) => raw.headers(id)));
    for (const id of ids) expect(await raw.answered(id)).toBe(true);
    raw.socket.resetAndDestroy();
    const reports = await endingsOf(scene.supervisor, ids.length);
    expect(new Set(reports.map(({ connectionId }) => connectionId)).size).toBe(ids.length);
    for (const { outcome, wasClean } of reports) expect([outcome, wasClean]).toEqual(['failed', false]);
  });

  test('that resets streams as soon as it has opened them is left without any', async () => {
    await using scene = await aScene({ authenticate: () => new Promise(() => {}) });
    using raw = await new RawHttp2(scene.port).ready();
    const ids = Array.from({ length: 50 }, (_, index) => 2 * index + 1);
    raw.write(...ids.flatMap((id) => [raw.headers(id), raw.reset(id, 8)]));
    await eventually(() => scene.refusals().length === ids.length);
    expect(new Set(scene.refusals())).toEqual(new Set(['499 gone']));
  });

  test('that gives no room is waited for with what is sent, and gets it in order when it does', async () => {
    await using scene = await aScene({ handler: (connection) => connection.closed });
    using raw = await new RawHttp2(scene.port, [[INITIAL_WINDOW, 10]]).ready();
    raw.write(raw.headers(1));
    expect(await raw.answered(1)).toBe(true);
    const [connection] = scene.connections;
    for (let i = 0; i < 100; i += 1) connection?.send(`message ${i}`);
    await eventually(() => raw.bytesOf(1).length === 10);
    expect(connection?.bufferedBytes).toBeGreaterThan(0);
    raw.write(raw.window(1, 65_535));
    await connection?.writable();
    await eventually(() => raw.bytesOf(1).toString('latin1').endsWith('message 99'));
    expect(connection?.bufferedBytes).toBe(0);
  });

  test('that opens 1,000 on one connection has all of them, and the limit per address holds', async () => {
    await using scene = await aScene({ limits: { maxConnectionsPerAddress: 1_000 }, trustProxy: 0 });
    await using client = await Http2Client.connect(scene.url);
    const peers = Array.from({ length: 1_001 }, () => client.ask());
    const statuses = await Promise.all(peers.map((peer) => peer.status()));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1_000);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect(scene.supervisor.connections.size).toBe(1_000);
    client.session.destroy();
    await eventually(() => scene.supervisor.endings.length === 1_000);
    expect(scene.supervisor.connections.size).toBe(0);
  });
});
