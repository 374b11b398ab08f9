import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { Handler } from '../../src/supervisor/api/handler.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createHeapClock, type HeapClock } from '../../src/testing/heap-clock.js';
import { closePacket } from '../../src/testing/memory-packet.js';
import type { MemorySocket } from '../../src/testing/memory-socket.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { MemoryWire } from '../../src/testing/memory-wire.js';
import { settled } from '../support/settled.js';

/*
 * A dialer's verdict was read from the last thing that had gone wrong. So a handler that had returned was run again and
 * again, and one that threw never counted as crashed, as soon as the peer did not answer the Close as it should.
 */

const CLOSE_WITHIN_MS = 5_000;
const LIVENESS = { pingEveryMs: 1_000, answerWithinMs: 1_000 };
const bug = new Error('bug');

/** The peer at the bare end of a connection. */
interface Scene {
  readonly socket: MemorySocket;
  readonly clock: HeapClock;
}

/** What the handler did, by the table's columns. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'the handler had returned': () => {},
  'it had thrown': () => {
    throw bug;
  },
  'it had called `close`': (connection) => {
    connection.close(4000, 'enough');
    return connection.closed;
  },
  'it was still running': (connection) => connection.closed,
};

/** What the peer does, by the table's rows. */
const PEERS: Readonly<Record<string, { readonly pings: boolean; readonly act: (scene: Scene) => void }>> = {
  'sends its Close': {
    pings: false,
    act: ({ socket }) => {
      socket.push(closePacket(1001, '', false));
      socket.end();
    },
  },
  'ends TCP': { pings: false, act: ({ socket }) => socket.end() },
  'resets TCP': { pings: false, act: ({ socket }) => socket.reset() },
  'sends garbage': {
    pings: false,
    act: ({ socket }) => {
      socket.violate(1002);
      socket.end();
    },
  },
  'answers no Ping': {
    pings: true,
    act: ({ clock }) => clock.advance(2 * (LIVENESS.pingEveryMs + LIVENESS.answerWithinMs)),
  },
  'is silent, and is sent no Pings': { pings: false, act: ({ clock }) => clock.advance(2 * CLOSE_WITHIN_MS) },
};

/**
 * What comes of it, by the table's cells: how often it dials in an hour, how often `retry` is asked, and how it exits.
 */
const OUTCOMES: Readonly<
  Record<string, { readonly dials: number; readonly asked: number; readonly exit: string | undefined }>
> = {
  finished: { dials: 1, asked: 0, exit: 'normal' },
  crashed: { dials: 1, asked: 0, exit: 'abnormal' },
  '`retry` decides': { dials: 2, asked: 1, exit: undefined },
  'stays up': { dials: 1, asked: 0, exit: undefined },
};

const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The table of the document, as rows of [peer, handler, outcome]. */
function contract(): readonly (readonly [string, string, string])[] {
  const lines = readFileSync(new URL('../../docs/dialing.md', import.meta.url), 'utf8').split('\n');
  const first = lines.findIndex((line) => line.startsWith('| the peer |'));
  const [, ...handlers] = cellsOf(lines[first] ?? '');
  const rows = lines.slice(
    first + 2,
    lines.findIndex((line, at) => at > first && !line.startsWith('|')),
  );
  return rows.flatMap((line) => {
    const [peer = '', ...outcomes] = cellsOf(line);
    return handlers.map((handler, at) => [peer, handler, outcomes[at] ?? ''] as const);
  });
}

/** Dials a server whose end of each connection the test holds; its `retry` policy is to dial again. */
async function dialing(handler: Handler, pings: boolean) {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  const sockets: MemorySocket[] = [];
  const acceptor = await transport.listen(
    { kind: 'port', port: 0, host: undefined, backlog: 511 },
    () => true,
    (upgrade) => {
      const wire = upgrade.accept(undefined, { maxPayloadBytes: 1_000, maxFragments: 10, perMessageDeflate: false });
      if (!(wire instanceof MemoryWire)) throw new Error('the client has gone');
      wire.socket.stopReading();
      sockets.push(wire.socket);
    },
    (error) => {
      throw error;
    },
  );
  const asked: unknown[] = [];
  const runs: Connection[] = [];
  const supervisor = createSupervisor({
    clock,
    transport,
    liveness: pings ? LIVENESS : false,
    limits: { closeWithinMs: pings ? 3_600_000 : CLOSE_WITHIN_MS },
  });
  const dialer = supervisor.dial({
    url: `ws://memory:${acceptor.address?.port}/`,
    restart: 'temporary',
    retry: (report) => {
      asked.push(report);
      return asked.length === 1 ? { afterMs: 0 } : 'stop';
    },
    handler: (connection) => {
      runs.push(connection);
      return runs.length === 1 ? handler(connection) : connection.closed;
    },
  });
  await dialer.connected();
  await settled();
  return { clock, supervisor, dialer, asked, runs, sockets, first: sockets[0] as MemorySocket, acceptor };
}

describe('the contract of a dialer, as docs/dialing.md has it', () => {
  test('has a row for each behaviour of a peer, and a column for each of a handler', () => {
    const cells = contract();
    expect(new Set(cells.map(([peer]) => peer))).toEqual(new Set(Object.keys(PEERS)));
    expect(new Set(cells.map(([, handler]) => handler))).toEqual(new Set(Object.keys(HANDLERS)));
  });

  test.each(contract())('the peer %s, %s: %s', async (peer, how, outcome) => {
    const expected = OUTCOMES[outcome];
    const { act, pings = false } = PEERS[peer] ?? {};
    const handler = HANDLERS[how];
    if (expected === undefined || act === undefined || handler === undefined)
      throw new Error('the table has a word that this test does not know');
    const scene = await dialing(handler, pings);
    act({ socket: scene.first, clock: scene.clock });
    await settled();
    await scene.clock.advanceAsync(1_000);
    await settled();
    expect([scene.sockets.length, scene.runs.length, scene.asked.length]).toEqual([
      expected.dials,
      expected.dials,
      expected.asked,
    ]);
    if (expected.exit === undefined) {
      expect(scene.dialer.state).toBe('up');
    } else {
      const { reason, error } = await scene.dialer.ended;
      expect([reason, error]).toEqual([expected.exit, expected.exit === 'abnormal' ? bug : undefined]);
    }
    for (const socket of scene.sockets) socket.destroy();
    await scene.supervisor.stop();
    await scene.acceptor.close();
  });
});
