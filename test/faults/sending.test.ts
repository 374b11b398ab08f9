import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { broadcast, Group } from '../../src/supervisor/connection/group.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { prepare } from '../../src/transport/protocol/prepared.js';
import { BytePeer } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';
import { OP } from '../support/frame-bytes.js';
import { settled } from '../support/settled.js';
import { idle, ROLES, Stage } from './stage.js';

const HOST = '127.0.0.1';

describe('permessage-deflate', () => {
  const CLIENTS = 3;
  const ROUNDS = 20;

  /** A text that compresses, unlike any other. */
  const news = (round: number, to: string) => `${to} ${round} `.repeat(200 + round);

  // One frame compressed with context takeover and sent to many would corrupt their later messages.
  test('a message sent to many corrupts nothing of what they get before or after', async () => {
    await using supervisor = createSupervisor();
    const room = new Group();
    const listener = await supervisor.listen({
      port: 0,
      host: HOST,
      perMessageDeflate: { threshold: 100 },
      handler: (connection) => {
        room.add(connection);
        return connection.closed;
      },
    });
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        const client = new WebSocket(`ws://${HOST}:${listener.address?.port}`);
        const texts: string[] = [];
        client.on('message', (data: Buffer) => texts.push(data.toString()));
        await once(client, 'open');
        expect(client.extensions).toContain('permessage-deflate');
        return { client, texts };
      }),
    );
    await eventually(() => room.size === CLIENTS);
    const connections = [...supervisor.connections.values()];
    const expected: string[][] = connections.map(() => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, connection] of connections.entries()) {
        connection.send(news(round, `only ${i}`));
        expected[i]?.push(news(round, `only ${i}`));
      }
      broadcast(room, prepare(news(round, 'all')));
      for (const texts of expected) texts.push(news(round, 'all'));
    }
    await eventually(() => clients.every(({ texts }) => texts.length === 2 * ROUNDS));
    expect(new Set(clients.map(({ texts }) => texts.join()))).toEqual(new Set(expected.map((texts) => texts.join())));
    for (const { client } of clients) client.close();
    await eventually(() => supervisor.connections.size === 0);
  });

  test.each([
    ['permessage-deflate'],
    ['permessage-deflate; client_max_window_bits'],
    ['permessage-deflate; client_no_context_takeover'],
    ['permessage-deflate; server_no_context_takeover; client_max_window_bits=15'],
  ])('never keeps the context of our side: %s', async (offer) => {
    await using stage = await Stage.open('accepted', idle, {
      perMessageDeflate: true,
      peer: { headers: { 'Sec-WebSocket-Extensions': offer } },
    });
    expect(stage.peer.head).toMatch(/^sec-websocket-extensions: permessage-deflate;.*server_no_context_takeover/im);
  });
});

describe.each(ROLES)('what is confirmed at a cut, on a connection that was %s', (role) => {
  // The kernel refuses a write to a socket that was reset, within the write itself.
  test('never includes a write that the kernel refused', async () => {
    await using stage = await Stage.open(role, idle);
    const connection = await stage.connection();
    await settled();
    const sent: Promise<unknown>[] = [];
    stage.peer.reset();
    for (let i = 0; i < 10; i++) sent.push(connection.sendAndWait(`message ${i}`).then(() => 'written'));
    const fates = await Promise.allSettled(sent);
    const report = await stage.report();
    const written = fates.filter(({ status }) => status === 'fulfilled').length;
    expect(written).toBe(0);
    expect(report).toMatchObject({ trigger: 'socket-error', framesOut: 10, unconfirmed: { frames: 10 } });
  });

  test('and what is unwritten are together all that was sent, behind a backlog', async () => {
    const FRAMES = 500;
    await using stage = await Stage.open(role, idle, { limits: { maxBufferedBytes: Number.POSITIVE_INFINITY } });
    const connection = await stage.connection();
    stage.peer.socket.pause();
    const sent = Array.from({ length: FRAMES }, () => connection.sendAndWait(Buffer.alloc(32 * 1024)));
    const settling = Promise.allSettled(sent);
    await eventually(() => connection.bufferedBytes > 0 && connection.toJSON().framesOut === FRAMES);
    await settled();
    stage.peer.reset();
    const report = await stage.report();
    const written = (await settling).filter(({ status }) => status === 'fulfilled').length;
    expect(written + (report.unwritten?.frames ?? 0)).toBe(FRAMES);
    expect(report.unwritten?.frames).toBeGreaterThan(0);
    expect(report.unwritten?.bytes).toBe((report.unwritten?.frames ?? 0) * 32 * 1024);
    // What the kernel took, the peer never read.
    expect(report.unconfirmed).toEqual({ frames: FRAMES, bytes: FRAMES * 32 * 1024 });
  });
});

describe('bytes that a slow peer has not taken yet', () => {
  const ROUNDS = 500;
  const AT_ONCE = 4;

  test('are not overwritten by what others are sent meanwhile', async () => {
    await using supervisor = createSupervisor({ limits: { maxBufferedBytes: Number.POSITIVE_INFINITY } });
    const listener = await supervisor.listen({ port: 0, host: HOST, handler: idle });
    const port = listener.address?.port ?? 0;
    await using slow = await BytePeer.open(port);
    await using quick = await BytePeer.open(port);
    await eventually(() => supervisor.connections.size === 2);
    const [toSlow, toQuick] = [...supervisor.connections.values()];
    slow.socket.pause();
    // Texts that are put together in the shared buffer, more of them than the kernel takes.
    const text = (to: string, round: number) => `${to} ${round} `.repeat(400);
    for (let round = 0; round < ROUNDS; round++) {
      // In turns, so that each has the buffer to itself.
      for (const [connection, name] of [
        [toSlow, 'slow'],
        [toQuick, 'quick'],
      ] as const) {
        for (let i = 0; i < AT_ONCE; i++) connection?.send(text(name, round * AT_ONCE + i));
        await settled();
      }
    }
    expect(toSlow?.bufferedBytes).toBeGreaterThan(0);
    slow.socket.resume();
    for (const [peer, name] of [
      [slow, 'slow'],
      [quick, 'quick'],
    ] as const) {
      await eventually(
        () => peer.bytes.length >= ROUNDS * AT_ONCE * text(name, 0).length && peer.frames.length === ROUNDS * AT_ONCE,
      );
      for (const [round, got] of peer.texts(OP.text).entries())
        if (got !== text(name, round)) throw new Error(`message ${round} to the ${name} one is not what was sent`);
    }
  });
});
