import { describe, expect, test } from 'vitest';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { Handler } from '../../src/supervisor/api/handler.js';
import type { Limits } from '../../src/supervisor/api/limits.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { BytePeer, type HandshakeParts, requestBytes } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';
import { OP } from '../support/frame-bytes.js';
import { settled } from '../support/settled.js';
import { echo, idle, ROLES, Stage } from './stage.js';

const echoed: Handler<unknown> = async (connection) => {
  for await (const frame of connection) connection.send(frame);
};

/** A service on loopback, with its events and those that have tried to connect. */
async function aService(limits: Partial<Limits>, options: Partial<ListenOptions<unknown>> = {}) {
  const supervisor = createSupervisor({ limits, liveness: false });
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  const listener = await supervisor.listen<unknown>({ port: 0, host: '127.0.0.1', handler: echoed, ...options });
  const port = listener.address?.port ?? 0;
  const peers: BytePeer[] = [];
  return {
    supervisor,
    events,
    refusals: () => events.flatMap((event) => (event.type === 'handshake.refused' ? [event.why] : [])),
    /** Makes the opening handshake; returns the status of the answer. */
    async knock(parts?: HandshakeParts) {
      const peer = BytePeer.connect(port, requestBytes(parts));
      peers.push(peer);
      await peer.readHead();
      return { peer, status: Number(/^HTTP\/1\.1 (\d+)/.exec(peer.head)?.[1]), head: peer.head };
    },
    /** All go but the last one. */
    async leave() {
      for (const peer of peers.slice(0, -1)) await peer[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      for (const peer of peers) await peer[Symbol.asyncDispose]();
      await supervisor.terminate();
    },
  };
}

const forwarded = (address: string): HandshakeParts => ({ headers: { 'X-Forwarded-For': address } });

/** Echoes through a peer. */
async function isServed(peer: BytePeer): Promise<void> {
  const before = peer.texts().length;
  peer.send({ opcode: OP.text, payload: 'still there?' });
  await eventually(() => peer.texts().length > before || peer.hasEnded, 'an echo');
  expect(peer.texts().at(-1)).toBe('still there?');
}

describe('a listener on loopback', () => {
  const rebound: HandshakeParts = { headers: { Host: 'evil.example', Origin: 'http://evil.example' } };

  test('is not reached by a page whose name points at it', async () => {
    await using service = await aService({});
    const { status } = await service.knock(rebound);
    expect([status, service.refusals()]).toEqual([421, ['host']]);
    expect((await service.knock({ headers: { Host: 'localhost:4711' } })).status).toBe(101);
  });

  test('is reached by every name behind a proxy, and where all are allowed', async () => {
    for (const options of [{ trustProxy: 1 }, { hosts: 'any' as const }]) {
      await using service = await aService({}, options);
      expect((await service.knock(rebound)).status).toBe(101);
    }
  });
});

describe('clients of one address', () => {
  test('that hold many silent connections keep out nobody else', async () => {
    await using service = await aService({ maxConnectionsPerAddress: 20 }, { trustProxy: ['loopback'] });
    const knocks = await Promise.all(Array.from({ length: 60 }, () => service.knock(forwarded('203.0.113.7'))));
    expect(knocks.filter(({ status }) => status === 101)).toHaveLength(20);
    const refused = knocks.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(40);
    expect(refused[0]?.head).toMatch(/^retry-after: 10$/im);
    const good = await service.knock(forwarded('203.0.113.8'));
    await isServed(good.peer);
    expect(service.supervisor.stats().refusedBy).toEqual({ maxConnectionsPerAddress: 40 });
  });

  test('are one client if they are of one /64 of IPv6', async () => {
    await using service = await aService({ maxConnectionsPerAddress: 4 }, { trustProxy: ['loopback'] });
    const knocks = [];
    for (let host = 0; host < 10; host += 1)
      knocks.push(await service.knock(forwarded(`2001:db8:0:7:${host}::${host}`)));
    expect(knocks.map(({ status }) => status)).toEqual([101, 101, 101, 101, 429, 429, 429, 429, 429, 429]);
    expect((await service.knock(forwarded('2001:db8:0:8::1'))).status).toBe(101);
  });

  test('have their places back when their connections have ended', async () => {
    await using service = await aService({ maxConnectionsPerAddress: 1 }, { trustProxy: 0 });
    const first = await service.knock();
    expect((await service.knock()).status).toBe(429);
    first.peer.reset();
    await eventually(() => service.supervisor.connections.size === 0, 'the end of the first one');
    expect((await service.knock()).status).toBe(101);
  });

  test('on loopback may be behind a proxy, as long as nobody says that there is none', async () => {
    await using service = await aService({ maxConnectionsPerAddress: 1 });
    const knocks = [await service.knock(), await service.knock(), await service.knock(forwarded('203.0.113.7'))];
    expect(knocks.map(({ status }) => status)).toEqual([101, 101, 101]);
    // Nobody is trusted, so nobody is believed.
    expect([...service.supervisor.connections.values()].map(({ remoteAddress }) => remoteAddress)).toEqual([
      '127.0.0.1',
      '127.0.0.1',
      '127.0.0.1',
    ]);
  });
});

test('one identity has a bounded number of connections, whatever addresses it comes from', async () => {
  await using service = await aService(
    { maxConnectionsPerIdentity: 2 },
    { trustProxy: 1, authenticate: (request) => ({ data: 0, identity: request.query.get('user') ?? 'nobody' }) },
  );
  const statuses = [];
  for (let i = 0; i < 4; i += 1)
    statuses.push((await service.knock({ path: '/?user=42', ...forwarded(`203.0.113.${i}`) })).status);
  expect(statuses).toEqual([101, 101, 429, 429]);
  expect((await service.knock({ path: '/?user=43' })).status).toBe(101);
});

describe('a process that is overloaded', () => {
  test('refuses new clients with 503 while it uses too much memory', async () => {
    await using service = await aService({ maxMemoryShare: 1e-9 });
    const { status, head } = await service.knock();
    expect([status, service.refusals()]).toEqual([503, ['maxMemoryShare']]);
    expect(head).toMatch(/^retry-after: 1$/im);
  });

  test('refuses new clients with 503 while its event loop lags, serves the others, and recovers', async () => {
    await using service = await aService({ maxLagMs: 30 });
    const good = await service.knock();
    let isBusy = true;
    const work = () => {
      const until = performance.now() + 160;
      while (performance.now() < until);
      if (isBusy) setTimeout(work, 0);
    };
    work();
    try {
      await eventually(() => service.supervisor.stats().load.lagMs > 30, 'the lag');
      expect((await service.knock()).status).toBe(503);
      expect(service.refusals()).toContain('maxLagMs');
      await isServed(good.peer);
    } finally {
      isBusy = false;
    }
    await eventually(() => service.supervisor.stats().load.lagMs < 30, 'the end of the lag');
    expect((await service.knock()).status).toBe(101);
  });
});

describe.each(ROLES)('a peer of an %s connection', (role) => {
  const FLOODS: readonly (readonly [string, (peer: BytePeer) => Buffer])[] = [
    ['messages', (peer) => peer.framed({ opcode: OP.text, payload: 'a' })],
    ['Pings', (peer) => peer.framed({ opcode: OP.ping, payload: 'a' })],
    ['Pongs', (peer) => peer.framed({ opcode: OP.pong })],
    ['empty fragments', (peer) => peer.framed({ opcode: OP.continuation, fin: false })],
  ];

  test.each(FLOODS)(
    'that floods it with %s is read at the rate allowed, then closed with 1008',
    async (what, flood) => {
      const limits = { maxMessagesPerSecond: 500, throttledWithinMs: 2500 };
      await using stage = await Stage.open(role, idle, { limits });
      const { peer, clock } = stage;
      const connection = await stage.connection();
      if (what === 'empty fragments') peer.send({ opcode: OP.text, fin: false });
      const many = Buffer.concat(Array.from({ length: 4000 }, () => flood(peer)));
      peer.socket.write(many);
      for (let second = 0; connection.state === 'open'; second += 1) {
        expect(second).toBeLessThan(6);
        await eventually(() => stage.supervisor.stats().throttled > second, 'the throttle');
        clock.advance(1100);
        await settled();
      }
      expect(stage.supervisor.stats().throttled).toBe(4);
      // Four seconds' worth, each with what was split before the pause.
      if (what === 'messages') expect(connection.toJSON().framesIn).toBeLessThan(4 * (500 + 192));
      expect(await peer.closed()).toBe(1008);
      await peer[Symbol.asyncDispose]();
      // It is still read at that rate, so its end is seen late, or the deadline passes.
      await eventually(() => {
        clock.advance(100);
        return stage.supervisor.endings.length > 0;
      }, 'the end');
      const report = await stage.report();
      expect(report).toMatchObject({ trigger: 'too-fast', code: 1008, startedBy: 'local' });
    },
  );

  test('that sends too many bytes is read more slowly, and loses nothing', async () => {
    const limits = { maxBytesPerSecond: 100_000, throttledWithinMs: Number.POSITIVE_INFINITY };
    let received = 0;
    const count: Handler = async (connection) => {
      for await (const frame of connection) received += frame.data.length;
    };
    await using stage = await Stage.open(role, count, { limits });
    await stage.connection();
    for (let i = 0; i < 10; i += 1) stage.peer.send({ opcode: OP.binary, payload: Buffer.alloc(50_000) });
    await eventually(() => stage.supervisor.stats().throttled === 1, 'the throttle');
    await settled();
    expect(received).toBeLessThan(300_000);
    await eventually(() => {
      stage.clock.advance(100);
      return received === 500_000;
    }, 'the rest');
  });

  test('that drips a message, byte by byte, is closed with 1008 at frameWithinMs', async () => {
    await using stage = await Stage.open(role, idle, { limits: { frameWithinMs: 10_000 } });
    const { peer, clock } = stage;
    const connection = await stage.connection();
    const bytes = peer.framed({ opcode: OP.text, payload: 'x'.repeat(100) });
    const startedAt = clock.now();
    for (let i = 0; connection.state === 'open'; i += 1) {
      peer.socket.write(bytes.subarray(i, i + 1));
      await settled();
      clock.advance(1000);
      await settled();
    }
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(10_000);
    expect(clock.now() - startedAt).toBeLessThanOrEqual(12_500);
    expect(await peer.closed()).toBe(1008);
    await peer[Symbol.asyncDispose]();
    expect(await stage.report()).toMatchObject({ trigger: 'frame-deadline', code: 1008 });
  });

  test('that drips fragments without end is closed as well', async () => {
    await using stage = await Stage.open(role, idle, { limits: { frameWithinMs: 10_000 } });
    const { peer, clock } = stage;
    const connection = await stage.connection();
    peer.send({ opcode: OP.text, fin: false, payload: 'x' });
    for (let i = 0; connection.state === 'open'; i += 1) {
      expect(i).toBeLessThan(30);
      peer.send({ opcode: OP.continuation, fin: false, payload: 'x' });
      await settled();
      clock.advance(1000);
      await settled();
    }
    await peer[Symbol.asyncDispose]();
    expect(await stage.report()).toMatchObject({ trigger: 'frame-deadline' });
  });

  test('that sends one long message after the other, each in time, is left alone', async () => {
    await using stage = await Stage.open(role, echo, { limits: { frameWithinMs: 10_000 } });
    const { peer, clock } = stage;
    const connection = await stage.connection();
    const bytes = peer.framed({ opcode: OP.text, payload: 'x'.repeat(100) });
    for (let i = 0; i < 10; i += 1) {
      // The end of each comes with the beginning of the next.
      peer.socket.write(i === 0 ? bytes.subarray(0, 50) : Buffer.concat([bytes.subarray(50), bytes.subarray(0, 50)]));
      await peer.received(i);
      clock.advance(5000);
      await settled();
    }
    expect(connection.state).toBe('open');
  });
});

describe('all connections together', () => {
  const MIB = 1024 * 1024;

  test('hold no more for slow readers than allowed, and a good one is served', async () => {
    const send: Handler<unknown> = async (connection) => {
      for await (const frame of connection) {
        if (frame.text() === 'flood me') for (let i = 0; i < 12; i += 1) connection.send(Buffer.alloc(MIB));
        else connection.send(frame);
      }
    };
    await using service = await aService(
      { maxTotalBufferedBytes: 20 * MIB, maxBufferedBytes: 16 * MIB },
      { handler: send },
    );
    const good = await service.knock();
    for (let i = 0; i < 8; i += 1) {
      const { peer } = await service.knock();
      peer.socket.pause();
      peer.send({ opcode: OP.text, payload: 'flood me' });
      await eventually(() => service.supervisor.stats().framesIn > i, 'the request');
      expect(service.supervisor.stats().heldBytes).toBeLessThanOrEqual(20 * MIB);
    }
    await isServed(good.peer);
    const { ended, connections } = service.supervisor.stats();
    const closed = (ended.memory ?? 0) + connections.closing;
    expect(closed).toBeGreaterThan(0);
  });

  test('hold no more of unfinished messages than allowed', async () => {
    await using service = await aService({ maxTotalBufferedBytes: 4 * MIB });
    const half = Buffer.alloc(MIB / 2);
    for (let i = 0; i < 20; i += 1) {
      const { peer } = await service.knock();
      peer.socket.write(peer.framed({ opcode: OP.binary, payload: half, announced: MIB }));
      await eventually(() => service.supervisor.stats().heldBytes > 0 || peer.hasEnded, 'the part');
      expect(service.supervisor.stats().heldBytes).toBeLessThanOrEqual(4 * MIB);
    }
    await eventually(() => service.supervisor.stats().connections.closing > 5, 'the closes');
    const good = await service.knock();
    await isServed(good.peer);
    await service.leave();
    await eventually(() => service.supervisor.stats().connections.open === 1, 'the end of the others');
    const shed = service.supervisor.endings.filter(({ trigger }) => trigger === 'memory');
    expect(shed.length).toBeGreaterThan(5);
    expect(shed[0]).toMatchObject({ code: 1013, startedBy: 'local', sent: { code: 1013 } });
  });
});

test('a stage on a heap clock has no timer left after a part of a message', async () => {
  const clock = createHeapClock();
  const supervisor = createSupervisor({ clock, liveness: false });
  const listener = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: idle });
  await using peer = await BytePeer.open(listener.address?.port ?? 0);
  const bytes = peer.framed({ opcode: OP.text, payload: 'abc' });
  peer.socket.write(bytes.subarray(0, 3));
  await eventually(() => clock.pending === 1, 'the look at it');
  peer.socket.write(bytes.subarray(3));
  await eventually(() => supervisor.stats().framesIn === 1, 'the message');
  clock.advance(1100);
  expect(clock.pending).toBe(0);
  await supervisor.terminate();
});
