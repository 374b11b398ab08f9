import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { growth, LeakGate } from './leak-gate.js';

const ENOUGH_MS = 2_000;
let gate: LeakGate;

beforeEach(() => {
  gate = new LeakGate();
});
afterEach(() => gate.stop());

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return { server, port: address.port };
}

test('sees a listening server until it is closed', async () => {
  const { server } = await listening();
  expect(gate.leftOver()).toEqual(['1 x TCPServerWrap']);
  server.close();
  expect(await gate.settled(ENOUGH_MS)).toEqual([]);
});

test('sees both ends of a socket, named by their ports, also when they do not keep the process alive', async () => {
  const { server, port } = await listening();
  const accepted = once(server, 'connection');
  const client = connect(port, '127.0.0.1');
  const [[served]] = await Promise.all([accepted, once(client, 'connect')]);
  client.unref();
  served.unref();
  expect(gate.leftOver().filter((line) => line.startsWith('socket') && line.includes(`:${port}`))).toHaveLength(2);
  client.destroy();
  served.destroy();
  server.close();
  expect(await gate.settled(ENOUGH_MS)).toEqual([]);
});

test('sees a timer that does not keep the process alive, and where it was set', () => {
  const timer = setTimeout(() => {}, 60_000).unref();
  expect(gate.leftOver()).toEqual([expect.stringMatching(/^timer of 60000 ms, set at .*leak-gate\.test\.ts/)]);
  clearTimeout(timer);
  expect(gate.leftOver()).toEqual([]);
});

test('sees an interval until it is cleared', () => {
  const timer = setInterval(() => {}, 60_000).unref();
  expect(gate.leftOver()).toHaveLength(1);
  clearInterval(timer);
  expect(gate.leftOver()).toEqual([]);
});

test('forgets a timer that has run', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(gate.leftOver()).toEqual([]);
});

test("leaves util.promisify's version of setTimeout as it is", async () => {
  expect(await promisify(setTimeout)(1, 'value')).toBe('value');
});

test('sees a listener added to the process', () => {
  const listener = () => {};
  process.on('SIGUSR2', listener);
  expect(gate.leftOver()).toContain("1 x process listener on 'SIGUSR2'");
  process.off('SIGUSR2', listener);
  expect(gate.leftOver().filter((line) => line.includes('listener'))).toEqual([]);
});

test('gives the timer functions back when it stops', () => {
  const watched = globalThis.setTimeout;
  gate.stop();
  expect(globalThis.setTimeout).not.toBe(watched);
});

test.each([
  // before                after                   growth
  [[], [['TCPServerWrap', 1]], ['1 x TCPServerWrap']],
  [[['PipeWrap', 3]], [['PipeWrap', 3]], []],
  [[['PipeWrap', 3]], [['PipeWrap', 1]], []],
  [[['PipeWrap', 1]], [['PipeWrap', 3]], ['2 x PipeWrap']],
] as const)('counts what there is more of than before: %j, then %j', (before, after, lines) => {
  expect(growth(new Map(before), new Map(after))).toEqual(lines);
});
