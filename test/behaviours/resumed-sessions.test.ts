/**
 * A chat gateway as Discord's: a session that is closed with 1000 is over, one that is closed with 4000 can be resumed,
 * and missed messages are said again. And an exchange that ends each connection after 24 hours, and bans those who dial
 * too often.
 */
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Connection, createSupervisor, type DialOptions } from '../../src/index.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';

const HOUR = 3_600_000;

function aWorld() {
  const clock = createHeapClock();
  const parts = { clock, transport: createMemoryTransport(clock), liveness: false } as const;
  const server = createSupervisor({ name: 'server', ...parts });
  const client = createSupervisor({ name: 'client', ...parts });
  onTestFinished(async () => {
    await client.terminate();
    await server.terminate();
  });
  return { clock, server, client };
}

describe('a gateway with sessions that can be resumed', () => {
  interface Message {
    readonly op: 'ready' | 'resumed' | 'say' | 'reconnect';
    readonly session?: string;
    readonly text?: string;
  }

  async function theGateway() {
    const world = aWorld();
    const sessions = new Map<string, { missed: string[]; connection: Connection<unknown> | undefined }>();
    const say = (connection: Connection<unknown>, message: Message) => connection.send(JSON.stringify(message));
    await world.server.listen({
      port: 7001,
      handler: async (connection) => {
        const wanted = (await connection.receive())?.text() ?? 'identify';
        const known = sessions.get(wanted);
        const id = known === undefined ? `s${sessions.size + 1}` : wanted;
        const session = known ?? { missed: [], connection: undefined };
        sessions.set(id, session);
        session.connection = connection;
        say(connection, { op: known === undefined ? 'ready' : 'resumed', session: id });
        for (const text of session.missed.splice(0)) say(connection, { op: 'say', text });
        const { code } = await connection.closed;
        // The next connection may have come before this one's end.
        if (session.connection === connection) session.connection = undefined;
        if (code === 1000 || code === 1001) sessions.delete(id);
        return connection.closed;
      },
    });
    return {
      ...world,
      sessions,
      say(text: string) {
        for (const { connection, missed } of sessions.values())
          if (connection === undefined) missed.push(text);
          else say(connection, { op: 'say', text });
      },
      askToReconnect() {
        for (const { connection } of sessions.values())
          if (connection !== undefined) say(connection, { op: 'reconnect' });
      },
    };
  }

  function theBot({ client }: ReturnType<typeof aWorld>) {
    const heard: string[] = [];
    let session: string | undefined;
    const feed = client.dial({
      url: 'ws://memory:7001/',
      handler: async (connection) => {
        connection.send(session ?? 'identify');
        for await (const frame of connection) {
          const message = frame.json() as Message;
          heard.push(message.text ?? `${message.op} ${message.session ?? ''}`.trim());
          session = message.session ?? session;
          if (message.op === 'reconnect') feed.redial({ code: 4000, reason: 'as asked' });
        }
        return connection.closed;
      },
    });
    return { feed, heard };
  }

  test('is closed with 4000 by a redial, and goes on where it was', async () => {
    const gateway = await theGateway();
    const { feed, heard } = theBot(gateway);
    await gateway.clock.advanceAsync(10);
    gateway.say('one');
    gateway.askToReconnect();
    await gateway.clock.advanceAsync(10);
    gateway.say('two');
    await gateway.clock.advanceAsync(10);
    expect(heard).toEqual(['ready s1', 'one', 'reconnect', 'resumed s1', 'two']);
    expect(gateway.client.endings).toMatchObject([{ code: 4000, reason: 'as asked', trigger: 'close-called' }]);
    expect(feed).toMatchObject({ state: 'up', connection: { epoch: 2 } });
  });

  test.each([
    [undefined, []],
    [4000, ['s1']],
  ])('is kept or not as a stop with code %j says', async (code, kept) => {
    const gateway = await theGateway();
    const { feed } = theBot(gateway);
    await gateway.clock.advanceAsync(10);
    const stopped = feed.stop({ code });
    await gateway.clock.advanceAsync(10);
    expect(await stopped).toMatchObject({ reason: 'normal' });
    expect([...gateway.sessions.keys()]).toEqual(kept);
  });
});

describe('an exchange', () => {
  async function theExchange(options: Partial<DialOptions>) {
    const world = aWorld();
    await world.server.listen({
      port: 7001,
      handler: async (connection) => {
        world.clock.setTimeout(() => connection.close(1008, '24 hours are over'), 24 * HOUR);
        return connection.closed;
      },
    });
    return { ...world, feed: world.client.dial({ url: 'ws://memory:7001/', ...options }) };
  }

  test('that ends connections after 24 hours never does, for a dialer that replaces them before', async () => {
    const { client, clock, feed } = await theExchange({ maxAgeMs: 24 * HOUR });
    const others: string[] = [];
    client.events$.subscribe((event) => {
      if (event.type === 'dialer.status' && event.status.type !== 'up') others.push(event.status.type);
    });
    for (let hour = 1; hour <= 120; hour += 1) await clock.advanceAsync(HOUR);
    expect(feed).toMatchObject({ state: 'up', connection: { state: 'open' } });
    expect(client.endings.length).toBeGreaterThanOrEqual(5);
    expect(new Set(client.endings.map(({ trigger, code }) => `${trigger} ${code}`))).toEqual(
      new Set(['close-called 1000']),
    );
    expect(others).toEqual([]);
  });

  test('and without it, it does', async () => {
    const { client, clock } = await theExchange({});
    for (let hour = 1; hour <= 25; hour += 1) await clock.advanceAsync(HOUR);
    expect(client.endings).toMatchObject([{ trigger: 'peer-closed', code: 1008 }]);
  });

  test('that takes 20 attempts an hour gets no more from a supervisor with that window, and others are not held up', async () => {
    const { client, clock, server } = aWorld();
    await server.listen({ port: 7001, handler: (connection) => connection.closed });
    const exchange = await client.supervise({
      id: 'exchange',
      dialLimiter: { windows: [{ count: 20, perMs: HOUR }] },
    });
    for (let n = 1; n <= 25; n += 1) exchange.dial({ id: `of-exchange-${n}`, url: 'ws://memory:7001/' });
    for (let n = 1; n <= 25; n += 1) client.dial({ id: `other-${n}`, url: 'ws://memory:7001/' });
    await clock.advanceAsync(60_000);
    expect([exchange.connections.size, client.connections.size]).toEqual([20, 45]);
    expect(exchange.stats().dials).toEqual({ inFlight: 0, queued: 5 });
    await clock.advanceAsync(HOUR - 61_000);
    expect(exchange.connections.size).toBe(20);
    await clock.advanceAsync(2_000);
    expect(exchange.connections.size).toBe(25);
  });
});
