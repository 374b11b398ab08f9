/**
 * A hundred handovers with overlap, over real sockets, while each side sends 1,000 messages a second: nothing is lost,
 * nothing comes twice or out of order within its connection, and old and new are told apart.
 */
import { expect, onTestFinished, test } from 'vitest';
import { type Connection, createSupervisor, type DialOptions } from '../../src/index.js';
import { eventually } from '../support/eventually.js';

const HANDOVERS = 100;
const PER_MS = 1;
/** Each side sends this often what is due: timers of a millisecond are not kept. */
const EVERY_MS = 5;
/** For how long a connection is up before the next handover, at least. */
const BETWEEN_MS = 60;

/** How many messages are due now, at 1,000 a second. */
function pace(): () => number {
  let last = performance.now();
  return () => {
    const count = Math.floor((performance.now() - last) * PER_MS);
    last += count / PER_MS;
    return count;
  };
}

interface Message {
  /** The number of the server's connection. */
  readonly session: number;
  readonly number: number;
}

/** What one of the server's connections has sent, as far as it was taken, and what it has heard. */
interface Session {
  readonly connection: Connection<unknown>;
  readonly due: () => number;
  sent: number;
  readonly heard: number[];
}

async function theServer() {
  const supervisor = createSupervisor({ name: 'server' });
  onTestFinished(() => supervisor.terminate().then(() => {}));
  const sessions: Session[] = [];
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: async (connection) => {
      const session: Session = { connection, due: pace(), sent: 0, heard: [] };
      sessions.push(session);
      for await (const frame of connection) session.heard.push(Number(frame.text()));
    },
  });
  const timer = setInterval(() => {
    for (const [index, session] of sessions.entries()) {
      for (let count = session.due(); count > 0 && session.connection.state === 'open'; count -= 1) {
        const message: Message = { session: index, number: session.sent + 1 };
        if (session.connection.send(JSON.stringify(message)) === 'taken') session.sent += 1;
      }
    }
  }, EVERY_MS);
  onTestFinished(() => clearInterval(timer));
  return { url: `ws://127.0.0.1:${listener.address?.port}/`, sessions, stop: () => clearInterval(timer) };
}

type HandOver = (feed: ReturnType<ReturnType<typeof createSupervisor>['dial']>, round: number) => Promise<void>;

const handedOver = (feed: Parameters<HandOver>[0], round: number) =>
  expect.poll(() => feed.connection?.epoch ?? 0, { interval: 5, timeout: 10_000 }).toBeGreaterThan(round);

test.each<[string, Partial<DialOptions>, HandOver]>([
  [
    'by redial',
    {},
    async (feed, round) => {
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
      feed.redial({ overlap: true });
      await handedOver(feed, round);
    },
  ],
  ['by maxAgeMs, by itself', { maxAgeMs: BETWEEN_MS }, handedOver],
])('%s', { timeout: 60_000 }, async (_how, options, handOver) => {
  const server = await theServer();
  const client = createSupervisor({ name: 'client' });
  onTestFinished(() => client.terminate().then(() => {}));
  /** What the handler of each connection of the client has heard, by epoch. */
  const heard = new Map<number, Message[]>();
  const feed = client.dial({
    url: server.url,
    handler: async (connection) => {
      const messages: Message[] = [];
      heard.set(connection.epoch ?? 0, messages);
      for await (const frame of connection) messages.push(frame.json() as Message);
      return connection.closed;
    },
    ...options,
  });
  await feed.connected();

  let asked = 0;
  const refused: string[] = [];
  const due = pace();
  const timer = setInterval(() => {
    for (let count = due(); count > 0; count -= 1) {
      const result = feed.send(String(asked + 1));
      if (result === 'taken') asked += 1;
      else refused.push(result);
    }
  }, EVERY_MS);
  onTestFinished(() => clearInterval(timer));
  const began = performance.now();
  for (let round = 1; round <= HANDOVERS; round += 1) await handOver(feed, round);
  const seconds = (performance.now() - began) / 1_000;
  clearInterval(timer);
  server.stop();
  await feed.stop();
  await eventually(() => server.sessions.every(({ connection }) => connection.state === 'closed'), 'all have ended');

  // There was always a connection to send on.
  expect(refused).toEqual([]);
  expect(asked / seconds).toBeGreaterThan(950);
  // Each connection of the client has heard one session of the server, all of it, in order.
  const sessions = [...heard.values()].map((messages) => messages[0]?.session);
  expect(new Set(sessions).size).toBe(heard.size);
  expect(heard.size).toBe(server.sessions.length);
  expect(heard.size).toBeGreaterThan(HANDOVERS);
  expect(server.sessions.reduce((sum, { sent }) => sum + sent, 0) / seconds).toBeGreaterThan(950);
  for (const messages of heard.values()) {
    const session = messages[0]?.session ?? -1;
    const sent = server.sessions[session]?.sent ?? 0;
    expect(messages).toEqual(Array.from({ length: sent }, (_, index) => ({ session, number: index + 1 })));
  }
  // What the client has sent has come once, and in order on each connection.
  for (const { heard: numbers } of server.sessions) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  const all = server.sessions.flatMap((session) => session.heard);
  expect([...all].sort((a, b) => a - b)).toEqual(Array.from({ length: asked }, (_, index) => index + 1));
  // Every one of them ended well, closed by the client.
  expect(client.endings.filter(({ wasClean, code }) => !wasClean || code !== 1000)).toEqual([]);
});
