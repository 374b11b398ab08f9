import { describe, expect, test } from 'vitest';
import type { ConnectOptions } from '../../src/supervisor/api/dial-options.js';
import { connect } from '../../src/supervisor/connect.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { refuse } from '../../src/supervisor/listener/refusal.js';
import { deferred } from '../../src/supervisor/time/deferred.js';
import { EndedError, OptionError } from '../../src/transport/errors.js';
import { aSupervisor } from '../support/a-supervisor.js';
import { LeakGate } from '../support/leak-gate.js';
import { settled } from '../support/settled.js';
import { urlOf } from '../support/undici-client.js';

const SETTLE_WITHIN_MS = 2_000;

/** Nobody listens there: port 9 is the discard service's, which nobody runs. */
const DEAD = 'ws://127.0.0.1:9/';

/** An echo that admits clients with the key. */
async function anEcho() {
  const supervisor = createSupervisor();
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    protocols: ['echo'],
    authenticate: ({ headers }) => (headers['x-key'] === 'k' ? { data: undefined } : refuse(401)),
    handler: async (connection) => {
      connection.send('welcome');
      for await (const frame of connection) connection.send(frame);
    },
  });
  return { supervisor, url: urlOf(listener), [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose]() };
}

describe('connect', () => {
  test('resolves with an open connection, whose messages wait for their reader', async () => {
    await using echo = await anEcho();
    await using connection = await connect(echo.url, { headers: { 'x-key': 'k' }, protocols: ['echo'] });
    expect(connection).toMatchObject({ state: 'open', role: 'dialed', protocol: 'echo' });
    expect(connection.send('hello')).toBe('taken');
    expect((await connection.receive())?.text()).toBe('welcome');
    expect((await connection.receive())?.text()).toBe('hello');
  });

  // It dropped what came beyond the bound before the first read, and nothing showed the loss.
  test('holds the socket when more comes than may wait, and loses nothing before the first read', async () => {
    const messages = Array.from({ length: 2_000 }, (_, index) => `message ${index}`);
    const sent = deferred<void>();
    await using supervisor = createSupervisor();
    const listener = await supervisor.listen({
      port: 0,
      host: '127.0.0.1',
      handler: async (connection) => {
        for (const message of messages.slice(0, -1)) connection.send(message);
        await connection.sendAndWait(messages.at(-1) ?? '');
        sent.resolve();
        await connection.closed;
      },
    });
    await using connection = await connect(urlOf(listener), { limits: { readAheadBytes: 512 } });
    await sent.promise;
    await settled();
    const received: string[] = [];
    while (received.length < messages.length) {
      const frame = await connection.receive({ withinMs: SETTLE_WITHIN_MS });
      if (frame === undefined) break;
      received.push(frame.text());
    }
    expect(received).toEqual(messages);
  });

  test.each(['disposed of', 'closed by its peer', 'terminated'])(
    'leaves nothing behind when its connection is %s',
    async (how) => {
      await using echo = await anEcho();
      const gate = new LeakGate();
      try {
        const connection = await connect(echo.url, { headers: { 'x-key': 'k' } });
        if (how === 'disposed of') await connection[Symbol.asyncDispose]();
        else if (how === 'terminated') connection.terminate();
        else for (const accepted of echo.supervisor.connections.values()) accepted.close(4000);
        const report = await connection.closed;
        expect(report.code).toBe({ 'disposed of': 1000, 'closed by its peer': 4000, terminated: 1006 }[how]);
        expect(await gate.settled(SETTLE_WITHIN_MS)).toEqual([]);
      } finally {
        gate.stop();
      }
    },
  );

  test.each(['receive', 'iterate', 'subscribe'])('keeps what nobody has read when its peer closes: %s', async (how) => {
    const { supervisor, transport } = aSupervisor();
    const connecting = connect('ws://example.com/', { supervisor });
    await settled();
    const { lastWire } = transport;
    lastWire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    const connection = await connecting;
    lastWire.deliver('a');
    if (how === 'receive') expect((await connection.receive())?.text()).toBe('a');
    else lastWire.deliver('b');
    lastWire.deliver('c');
    lastWire.emitClosed();
    await connection.closed;
    await settled();
    const read: string[] = [];
    if (how === 'subscribe') connection.frames$.subscribe((frame) => read.push(frame.text()));
    else for await (const frame of connection) read.push(frame.text());
    expect(read).toEqual(how === 'receive' ? ['c'] : ['a', 'b', 'c']);
    expect(connection.signal.aborted).toBe(true);
    expect(await connection.receive()).toBeUndefined();
  });

  test('aborts its signal at the end, also when nobody reads what is left', async () => {
    const { supervisor, transport } = aSupervisor();
    const connecting = connect('ws://example.com/', { supervisor });
    await settled();
    transport.lastWire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    const connection = await connecting;
    const { signal } = connection;
    transport.lastWire.deliver('unread');
    transport.lastWire.emitClosing();
    transport.lastWire.emitClosed();
    await connection.closed;
    await settled();
    expect(signal.aborted).toBe(true);
    expect((await connection.receive())?.text()).toBe('unread');
  });

  test('rejects with the report of a refusal, and dials no second time', async () => {
    await using echo = await anEcho();
    const error: unknown = await connect(echo.url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EndedError);
    expect(error).toMatchObject({ report: { trigger: 'refused', httpStatus: 401, epoch: 1 } });
    expect((error as EndedError).message).toContain('401');
    expect(echo.supervisor.stats().refused).toEqual({ 401: 1 });
  });

  test('rejects with the report of a peer that cannot be reached, and its cause', async () => {
    const gate = new LeakGate();
    try {
      await expect(connect(DEAD)).rejects.toMatchObject({
        code: 'WIREKEEPER_ENDED',
        report: { trigger: 'dial-failed' },
        cause: { code: 'ECONNREFUSED' },
      });
      expect(await gate.settled(SETTLE_WITHIN_MS)).toEqual([]);
    } finally {
      gate.stop();
    }
  });

  test('is cancelled by its signal, and rejects with its reason', async () => {
    const { supervisor, transport } = aSupervisor();
    const controller = new AbortController();
    const connecting = connect('ws://example.com/', { supervisor, signal: controller.signal });
    await settled();
    const { lastWire } = transport;
    controller.abort(new Error('enough'));
    const rejected = expect(connecting).rejects.toThrow('enough');
    await settled();
    expect(lastWire.asked).toContain('terminate');
    lastWire.emitClosed({ kind: 'terminated' });
    await rejected;
    expect(supervisor.whichChildren()).toEqual([]);
    await expect(connect('ws://example.com/', { supervisor, signal: controller.signal })).rejects.toThrow('enough');
  });

  test('ignores its signal once the connection is open', async () => {
    await using echo = await anEcho();
    const controller = new AbortController();
    await using connection = await connect(echo.url, { headers: { 'x-key': 'k' }, signal: controller.signal });
    controller.abort();
    expect(connection.state).toBe('open');
  });

  test('has a deadline: limits.openWithinMs', async () => {
    const { supervisor, transport, clock } = aSupervisor();
    const rejected = expect(
      connect('ws://example.com/', { supervisor, limits: { openWithinMs: 500 } }),
    ).rejects.toMatchObject({ report: { trigger: 'open-deadline' } });
    await clock.advanceAsync(600);
    transport.lastWire.emitClosed({ kind: 'terminated' });
    await rejected;
  });

  test('belongs to the supervisor that is named, whose stop ends it', async () => {
    await using echo = await anEcho();
    const supervisor = createSupervisor();
    const connection = await connect(echo.url, { headers: { 'x-key': 'k' }, supervisor });
    expect(supervisor.connections.get(connection.id)).toBe(connection);
    await supervisor.stop();
    expect(connection.report).toMatchObject({ trigger: 'supervisor-stopped', code: 1001 });
    await expect(connect(echo.url, { supervisor })).rejects.toBeInstanceOf(EndedError);
  });

  test.each<[unknown, unknown, string]>([
    ['ftp://example.com/', {}, 'connect: url is'],
    [() => DEAD, {}, 'connect: url is a function; it must be a text or a URL, since it is dialed once.'],
    [DEAD, null, 'connect: options is null; it must be an object.'],
    [DEAD, { handler: () => {} }, 'connect: handler is not an option'],
    [DEAD, { signal: new AbortController() }, 'connect: signal'],
    [DEAD, { supervisor: {} }, 'connect: supervisor'],
    [DEAD, { limits: { openWithinMs: -1 } }, 'connect: limits.openWithinMs is -1'],
  ])('rejects %o with %o, and leaves no supervisor', async (url, options, message) => {
    const error: unknown = await connect(url as string, options as ConnectOptions).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).message).toContain(message);
  });
});
