import { afterEach, beforeEach, expect, test } from 'vitest';
import { DIALING } from '../../../src/adapters/websocket/dialed-link.js';
import { WebSocket } from '../../../src/adapters/websocket/index.js';
import { type Connection, createSupervisor } from '../../../src/index.js';
import { Log, Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.build();
});
afterEach(() => stage[Symbol.asyncDispose]());

test('the class itself dials, with a supervisor that its sockets share', async () => {
  const sockets = [new WebSocket(stage.url), new WebSocket(stage.url)];
  const logs = sockets.map((socket) => new Log(socket));
  await Promise.all(logs.map((log) => log.first('open')));
  const { supervisor } = WebSocket[DIALING];
  expect([...supervisor.connections.values()]).toEqual(expect.arrayContaining(sockets.map((s) => s.connection)));
  for (const socket of sockets) socket.close();
  await Promise.all(logs.map((log) => log.closed()));
  expect(supervisor.countChildren().specs).toBe(0);
});

test('each socket has its connection and, when that has ended, its report', async () => {
  const { socket, log, peer } = await stage.open({}, ['chat']);
  expect(socket.connection).toMatchObject({ role: 'dialed', state: 'open', protocol: 'chat' });
  expect(socket.report).toBe(undefined);
  peer.close(1001, 'bye');
  await log.closed();
  expect(socket.report).toMatchObject({ trigger: 'peer-closed', code: 1001, wasClean: true });
});

test('compression shows in extensions', async () => {
  const supervisor = createSupervisor();
  try {
    const listener = await supervisor.listen({
      port: 0,
      host: '127.0.0.1',
      perMessageDeflate: true,
      handler: async (connection: Connection) => {
        for await (const frame of connection) connection.send(frame);
      },
    });
    const url = `ws://127.0.0.1:${listener.address?.port}/`;
    const socket = new (stage.classWith({ perMessageDeflate: true }))(url);
    const log = new Log(socket);
    await log.first('open');
    expect(socket.extensions).toContain('permessage-deflate');
    const text = 'compressible '.repeat(1_000);
    socket.send(text);
    await log.count(2);
    expect(log.lines[1]).toBe(`message ${text}`);
    socket.close();
    await log.closed();
  } finally {
    await supervisor.stop();
  }
});

test('events that the socket fires are trusted', async () => {
  const { log, peer } = await stage.open();
  peer.send('text');
  await log.count(2);
  peer.close();
  await log.closed();
  expect(log.events.map(({ isTrusted }) => isTrusted)).toEqual([true, true, true]);
});

test('a listener of open that throws ends this socket with 1011, and no other', async () => {
  const other = await stage.open();
  const socket = new (stage.classWith())(stage.url);
  const bug = new Error('bug');
  socket.onopen = () => {
    throw bug;
  };
  const log = new Log(socket);
  expect(await log.closed()).toEqual(['open', 'error', 'close 1011 "" clean']);
  expect(socket.report).toMatchObject({ trigger: 'handler-threw', handlerError: bug });
  other.socket.send('alive');
  expect((await other.peer.next()).text()).toBe('alive');
});
