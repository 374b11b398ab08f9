import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/chat-server.js';
import { refusalOf, UndiciClient } from '../support/undici-client.js';

let service: Awaited<ReturnType<typeof start>>;
let host: string;

beforeEach(async () => {
  service = await start({ secret: 'the secret of this test', port: 0 });
  host = `127.0.0.1:${(service.server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await service.supervisor.stop();
  service.server.close();
  service.server.closeAllConnections();
  await once(service.server, 'close');
});

async function join(name: string, room = 'lobby'): Promise<UndiciClient> {
  const response = await fetch(`http://${host}/login?name=${name}`, { method: 'POST' });
  const { token } = (await response.json()) as { token: string };
  return UndiciClient.connect(`ws://${host}/rooms/${room}`, { headers: { authorization: `Bearer ${token}` } });
}

const next = async (client: UndiciClient): Promise<unknown> => JSON.parse(String(await client.next()));

test('members of a room receive who joins, what is said, and who leaves', async () => {
  await using ann = await join('ann');
  const bob = await join('bob');
  expect(await next(ann)).toEqual({ type: 'joined', name: 'bob' });
  bob.socket.send(JSON.stringify({ type: 'say', text: 'hello' }));
  expect(await next(ann)).toEqual({ type: 'said', name: 'bob', text: 'hello' });
  bob.socket.close();
  expect(await next(ann)).toEqual({ type: 'left', name: 'bob' });
});

test('rooms do not hear each other', async () => {
  await using ann = await join('ann', 'lobby');
  await using _eve = await join('eve', 'attic');
  await using _bob = await join('bob', 'lobby');
  expect(await next(ann)).toEqual({ type: 'joined', name: 'bob' });
});

test.each(['gibberish', '{"type":"sing"}', 'null', '{"type":"say","text":5}'])(
  'a message that is none of this chat, %s, closes its connection with 4400',
  async (message) => {
    await using ann = await join('ann');
    ann.socket.send(message);
    expect(await ann.closed).toMatchObject({ code: 4400 });
  },
);

test.each([{}, { authorization: 'Bearer gibberish' }])('without a valid token nobody gets in: %j', async (headers) => {
  expect(await refusalOf(`ws://${host}/rooms/lobby`, headers)).toMatchObject({ status: 401 });
});

test('a drain closes everybody with 1012 and advice, and is not ready from its start', async () => {
  await using ann = await join('ann');
  const account = service.supervisor.drain({ spreadMs: 0, reason: 'restarting' });
  expect((await fetch(`http://${host}/readyz`)).status).toBe(503);
  expect(await ann.closed).toMatchObject({ code: 1012 });
  expect(await account).toMatchObject({ total: 1, clean: 1 });
});
