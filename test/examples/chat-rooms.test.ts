import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Notice, start } from '../../examples/chat-rooms.js';
import { endingsOf } from '../support/endings.js';
import { refusalOf, UndiciClient, urlOf } from '../support/undici-client.js';

let chat: Awaited<ReturnType<typeof start>>;

beforeEach(async () => {
  chat = await start({ port: 0 });
});
afterEach(() => chat.supervisor.stop());

const enter = (room: string, name: string) => UndiciClient.connect(urlOf(chat.listener, `/rooms/${room}?name=${name}`));

const noticeTo = async (client: UndiciClient): Promise<Notice> => JSON.parse(String(await client.next())) as Notice;

test('sends a room who joins, what they say, and who leaves', async () => {
  await using ann = await enter('lobby', 'ann');
  const bob = await enter('lobby', 'bob');
  expect(await noticeTo(ann)).toEqual({ type: 'joined', name: 'bob', present: 2 });
  bob.socket.send('hello');
  expect(await noticeTo(ann)).toEqual({ type: 'said', name: 'bob', text: 'hello' });
  await bob[Symbol.asyncDispose]();
  expect(await noticeTo(ann)).toEqual({ type: 'left', name: 'bob', present: 1 });
});

test('says nothing to the speaker, and nothing to other rooms', async () => {
  await using ann = await enter('lobby', 'ann');
  await using cat = await enter('attic', 'cat');
  await using bob = await enter('lobby', 'bob');
  bob.socket.send('first');
  expect(await noticeTo(ann)).toMatchObject({ type: 'joined' });
  expect(await noticeTo(ann)).toMatchObject({ text: 'first' });
  // Whatever else had been sent to bob or cat would be ahead of these.
  ann.socket.send('second');
  expect(await noticeTo(bob)).toMatchObject({ name: 'ann', text: 'second' });
  await using dan = await enter('attic', 'dan');
  expect(await noticeTo(cat)).toEqual({ type: 'joined', name: 'dan', present: 2 });
  expect(dan.socket.readyState).toBe(dan.socket.OPEN);
});

test('refuses clients without a name with 400, and paths that are no room with 404', async () => {
  expect(await refusalOf(urlOf(chat.listener, '/rooms/lobby'))).toMatchObject({ status: 400 });
  expect(await refusalOf(urlOf(chat.listener, '/rooms?name=ann'))).toMatchObject({ status: 404 });
});

test('closes a member who sends binary with 1003, and informs the others', async () => {
  await using ann = await enter('lobby', 'ann');
  await using bob = await enter('lobby', 'bob');
  bob.socket.send(Buffer.from([1]));
  expect(await bob.closed).toMatchObject({ code: 1003, reason: 'text only', wasClean: true });
  expect(await noticeTo(ann)).toMatchObject({ type: 'joined' });
  expect(await noticeTo(ann)).toEqual({ type: 'left', name: 'bob', present: 1 });
});

test('informs the others of a member who was lost without a Close', async () => {
  await using ann = await enter('lobby', 'ann');
  await using bob = await enter('lobby', 'bob');
  expect(await noticeTo(ann)).toMatchObject({ type: 'joined' });
  for (const connection of chat.supervisor.connections.values())
    if (connection.request?.query.get('name') === 'bob') connection.terminate();
  expect(await noticeTo(ann)).toEqual({ type: 'left', name: 'bob', present: 1 });
  expect(await bob.closed).toMatchObject({ code: 1006 });
  expect(await endingsOf(chat.supervisor)).toMatchObject([{ outcome: 'failed', code: 1006, trigger: 'terminated' }]);
});
