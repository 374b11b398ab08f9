/** No leak when a handler returns or throws: of a socket, a timer, a connection, or the thrown error. */
import { describe, expect, test } from 'vitest';
import type { Handler } from '../../src/supervisor/api/handler.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { endingsOf } from '../support/endings.js';
import { LeakGate } from '../support/leak-gate.js';
import { OPCODE, RawPeer } from '../support/raw-peer.js';
import { UndiciClient, urlOf } from '../support/undici-client.js';

const CONNECTIONS = 25;
const SETTLE_WITHIN_MS = 2_000;

const secret = new Error('the password is hunter2');

/** Handlers by how they end, and the code and trigger that makes. */
const HANDLERS: readonly (readonly [how: string, handler: Handler, code: number, trigger: string])[] = [
  ['returns at once', () => {}, 1000, 'handler-returned'],
  ['returns a code', () => ({ code: 4000, reason: 'done' }), 4000, 'handler-returned'],
  ['returns after a frame', async (connection) => void (await connection.receive()), 1000, 'handler-returned'],
  [
    'throws at once',
    () => {
      throw secret;
    },
    1011,
    'handler-threw',
  ],
  ['rejects', () => Promise.reject(secret), 1011, 'handler-threw'],
  [
    'throws in its loop',
    async (connection) => {
      for await (const _frame of connection) throw secret;
    },
    1011,
    'handler-threw',
  ],
  [
    'throws in a subscriber of frames$',
    (connection) => {
      connection.frames$.subscribe(() => {
        throw secret;
      });
      return connection.closed;
    },
    1011,
    'handler-threw',
  ],
];

describe.each(HANDLERS)('a handler that %s', (_, handler, code, trigger) => {
  test(`ends its connection with ${code}, and leaves nothing behind`, async () => {
    await using supervisor = createSupervisor();
    const url = urlOf(await supervisor.listen({ port: 0, host: '127.0.0.1', handler }));
    const gate = new LeakGate();
    try {
      for (let opened = 0; opened < CONNECTIONS; opened += 1) {
        const client = await UndiciClient.connect(url);
        if (client.socket.readyState === client.socket.OPEN) client.socket.send('x');
        expect(await client.closed).toMatchObject({ code });
      }
      const reports = await endingsOf(supervisor, CONNECTIONS);
      expect(await gate.settled(SETTLE_WITHIN_MS)).toEqual([]);
      expect(reports.map((report) => [report.code, report.trigger])).toEqual(
        Array.from({ length: CONNECTIONS }, () => [code, trigger]),
      );
    } finally {
      gate.stop();
    }
    expect(supervisor.connections.size).toBe(0);
    expect(supervisor.stats()).toMatchObject({
      connections: { connecting: 0, open: 0, closing: 0 },
      lingeringHandlers: 0,
      endedTotal: CONNECTIONS,
    });
  });
});

test('what a handler throws is in the report, and never goes out to the peer', async () => {
  await using supervisor = createSupervisor();
  const listener = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: () => Promise.reject(secret) });
  await using peer = await RawPeer.connect(urlOf(listener));
  const close = await peer.nextFrame();
  expect(close).toMatchObject({ opcode: OPCODE.close, code: 1011 });
  expect(close?.payload.toString('latin1')).not.toContain('hunter2');
  peer.sendClose(1011);
  peer.socket.end();
  const [report] = await endingsOf(supervisor);
  expect(report?.cause).toBe(secret);
  expect(report?.handlerError).toBe(secret);
});

test('a handler that throws touches no other connection', async () => {
  await using supervisor = createSupervisor();
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: async (connection) => {
      for await (const frame of connection) {
        if (frame.data.toString() === 'crash') throw secret;
        connection.send(frame);
      }
    },
  });
  await using steady = await UndiciClient.connect(urlOf(listener));
  await using crashing = await UndiciClient.connect(urlOf(listener));
  crashing.socket.send('crash');
  expect(await crashing.closed).toMatchObject({ code: 1011 });
  steady.socket.send('still here');
  expect(await steady.next()).toBe('still here');
  expect(supervisor.state).toBe('running');
});

test('a dialer whose handler has thrown exits, and leaves nothing behind', async () => {
  await using supervisor = createSupervisor();
  const listener = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: (connection) => connection.closed });
  const gate = new LeakGate();
  try {
    const dialer = supervisor.dial({
      url: urlOf(listener),
      restart: 'temporary',
      handler: () => Promise.reject(secret),
    });
    expect(await dialer.ended).toMatchObject({ reason: 'abnormal', error: secret });
    await endingsOf(supervisor, 2);
    expect(await gate.settled(SETTLE_WITHIN_MS)).toEqual([]);
  } finally {
    gate.stop();
  }
  expect(supervisor.connections.size).toBe(0);
});
