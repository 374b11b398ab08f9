import { describe, expect, test } from 'vitest';
import { asWebSocket, WebSocket } from '../../../src/adapters/websocket/index.js';
import { accepted, dialed } from '../../support/a-connection.js';
import { settled } from '../../support/settled.js';
import { Log } from './stage.js';

describe('a socket of an accepted connection', () => {
  test('is open, with what was negotiated, and without the event open', async () => {
    const { wire, connection } = accepted();
    wire.protocol = 'chat';
    const socket = asWebSocket(connection);
    expect(socket).toBeInstanceOf(WebSocket);
    expect(socket).toMatchObject({ readyState: 1, protocol: 'chat', extensions: '', url: '', connection });
    const log = new Log(socket);
    await settled();
    expect(log.lines).toEqual([]);
  });

  test('gets the messages that came before it had a listener', async () => {
    const { wire, connection } = accepted();
    const socket = asWebSocket(connection);
    wire.deliver('early');
    await settled();
    const texts: unknown[] = [];
    socket.onmessage = ({ data }) => texts.push(data);
    wire.deliver('late');
    await settled();
    expect(texts).toEqual(['early', 'late']);
  });

  test('sends, and counts what waits', () => {
    const { wire, connection } = accepted();
    const socket = asWebSocket(connection);
    socket.send('text');
    socket.send(Uint8Array.of(1, 2));
    wire.bufferedPayloadBytes = 6;
    expect(wire.sent).toEqual(['text', '<0102>']);
    expect(socket.bufferedAmount).toBe(6);
  });

  test.each([1000, 1001, 1011, 1012, 1013, 3000, 4999])('closes with %s, as a server may', (code) => {
    const { wire, connection } = accepted();
    const socket = asWebSocket(connection);
    socket.close(code, 'why');
    expect(socket.readyState).toBe(2);
    expect(wire.asked).toContain(`close ${code} why`);
  });

  test.each([1004, 1005, 1006, 1010, 1015, 2000])('does not close with %s', (code) => {
    const socket = asWebSocket(accepted().connection);
    expect(() => socket.close(code)).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
    expect(socket.readyState).toBe(1);
  });

  test('is closing when the peer or somebody else has closed, and then fires close', async () => {
    for (const isPeer of [true, false]) {
      const { wire, connection } = accepted();
      const socket = asWebSocket(connection);
      const log = new Log(socket);
      if (!isPeer) connection.close(1012, 'deploy');
      wire.emitClosing(1012, 'deploy');
      await settled();
      expect(socket.readyState).toBe(2);
      const close = { code: 1012, reason: 'deploy' };
      wire.emitClosed({ sent: close, received: close });
      expect(await log.closed()).toEqual(['close 1012 "deploy" clean']);
      expect(socket).toMatchObject({ readyState: 3, report: await connection.closed });
    }
  });

  test('delivers the messages before a loss, then error and close', async () => {
    const { wire, connection } = accepted();
    const log = new Log(asWebSocket(connection));
    for (const text of ['1', '2', '3']) wire.deliver(text);
    wire.emitClosed({ kind: 'socket-ended' });
    expect(await log.closed()).toEqual(['message 1', 'message 2', 'message 3', 'error', 'close 1006 "" unclean']);
  });

  test('whose listener throws is closed with 1011, and its report has the error', async () => {
    const { wire, connection } = accepted();
    const socket = asWebSocket(connection);
    const bug = new Error('bug');
    socket.onmessage = () => {
      throw bug;
    };
    const log = new Log(socket);
    wire.deliver('text');
    await settled();
    expect(wire.asked).toContain('close 1011');
    wire.emitClosing(1011);
    const close = { code: 1011, reason: '' };
    wire.emitClosed({ sent: close, received: close });
    expect((await log.closed()).slice(-2)).toEqual(['error', 'close 1011 "" clean']);
    expect(log.events.at(-2)).toMatchObject({ error: bug });
    expect(socket.report).toMatchObject({ trigger: 'handler-threw', handlerError: bug });
  });

  test('whose connection is read by somebody else already is closed with 1011', async () => {
    const { wire, connection } = accepted();
    void connection.receive();
    asWebSocket(connection).onmessage = () => {};
    await settled();
    expect(wire.asked).toContain('close 1011');
  });
});

test('a connection that has ended already fires close as well', async () => {
  const { wire, connection } = accepted();
  connection.close(1000);
  wire.emitClosing(1000);
  const close = { code: 1000, reason: '' };
  wire.emitClosed({ sent: close, received: close });
  const socket = asWebSocket(connection);
  expect(socket.readyState).toBe(2);
  expect(await new Log(socket).closed()).toEqual(['close 1000 "" clean']);
});

test.each([undefined, null, 'text', {}, { send() {} }])('%s is no connection', (value) => {
  expect(() => asWebSocket(value as never)).toThrow(expect.objectContaining({ code: 'WIREKEEPER_OPTION' }));
});

test('a connection that is connecting is refused', () => {
  const { connection } = dialed();
  expect(() => asWebSocket(connection)).toThrow(/still connecting/);
  connection.terminate();
});
