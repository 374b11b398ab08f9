import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { createWsTransport } from '../../src/transport/ws/transport.js';
import { eventually } from '../support/eventually.js';
import { OP } from '../support/frame-bytes.js';
import { Stage } from './stage.js';

const COUNT = 80;
const MESSAGE = Buffer.alloc(64 * 1024, 'burst');

/** How one tick's burst is sent, and what the client got of it. */
async function burst(
  transport: ReturnType<typeof createWsTransport>,
  perMessageDeflate: boolean,
  send: (connection: Connection) => void,
) {
  await using supervisor = createSupervisor({ transport });
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate,
    handler: async (connection) => {
      send(connection);
      await connection.closed;
    },
  });
  let received = 0;
  const feed = supervisor.dial({
    url: `ws://127.0.0.1:${listener.address?.port}/`,
    perMessageDeflate,
    restart: 'temporary',
    retry: () => 'stop',
    handler: async (connection) => {
      for await (const { data } of connection) if (data.length === MESSAGE.length) received += 1;
    },
  });
  await feed.connected();
  await eventually(() => received === COUNT || supervisor.endings.length > 0, 'the whole burst');
  expect(supervisor.endings.map(({ trigger }) => trigger)).toEqual([]);
  return received;
}

// None of it had been offered to the kernel when the client was found to read too slowly.
describe.each([
  ['over TCP', createWsTransport, false],
  ['compressed', createWsTransport, true],
  ['in memory', createMemoryTransport, false],
] as const)('a burst beyond maxBufferedBytes in one tick, %s', (_name, make, perMessageDeflate) => {
  test('arrives, from the first turn of the handler on', async () => {
    const all = (connection: Connection) => {
      for (let i = 0; i < COUNT; i++) expect(connection.send(MESSAGE)).not.toBe('dropped');
    };
    expect(await burst(make(), perMessageDeflate, all)).toBe(COUNT);
  });

  test('arrives from an idle connection', async () => {
    const later = (connection: Connection) => {
      setTimeout(() => {
        for (let i = 0; i < COUNT; i++) connection.send(MESSAGE);
      }, 20);
    };
    expect(await burst(make(), perMessageDeflate, later)).toBe(COUNT);
  });
});

test('a peer that takes nothing is still found within one tick, and with no more than twice the bound', async () => {
  await using stage = await Stage.open('accepted', (connection) => connection.closed, {
    limits: { maxBufferedBytes: 1024 * 1024 },
  });
  const connection = await stage.connection();
  stage.peer.socket.pause();
  let sent = 0;
  let most = 0;
  while (connection.send(MESSAGE) !== 'dropped') {
    sent += 1;
    most = Math.max(most, connection.bufferedBytes);
  }
  expect(most).toBeLessThanOrEqual(2 * 1024 * 1024 + 2 * MESSAGE.length);
  expect(sent).toBeLessThan(1000);
});

describe('a handler that reads nothing', () => {
  // It was ended as a slow handler after a minute: the Close behind the frames was never read.
  test("ends with its peer's Close", async () => {
    await using stage = await Stage.open('accepted', (connection) => connection.closed);
    await stage.connection();
    const frames = Array.from({ length: 100 }, () => ({ opcode: OP.binary, payload: Buffer.alloc(1000) }));
    stage.peer.send(...frames, { opcode: OP.close, payload: Buffer.of(0x03, 0xe8) });
    expect(await stage.peer.closed()).toBe(1000);
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({
      trigger: 'peer-closed',
      code: 1000,
      outcome: 'closed',
      framesIn: 100,
    });
  });
});
