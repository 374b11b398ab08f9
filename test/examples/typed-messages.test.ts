import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/typed-messages.js';
import { UndiciClient, urlOf } from '../support/undici-client.js';

let server: Awaited<ReturnType<typeof start>>;

beforeEach(async () => {
  server = await start({ port: 0 });
});
afterEach(() => server.supervisor.stop());

test('answers valid requests, and says what is wrong with others', async () => {
  await using client = await UndiciClient.connect(urlOf(server.listener, '/'));
  client.socket.send('{"id":1,"do":"add","by":5}');
  client.socket.send('{"id":2,"do":"add","by":"many"}');
  client.socket.send('{"id":3,"do":"read"}');
  expect(JSON.parse(String(await client.next()))).toEqual({ id: 1, count: 5 });
  expect(JSON.parse(String(await client.next()))).toEqual({ id: 2, problems: [expect.stringContaining('number')] });
  expect(JSON.parse(String(await client.next()))).toEqual({ id: 3, count: 5 });
});

test('closes a client that speaks no JSON', async () => {
  await using client = await UndiciClient.connect(urlOf(server.listener, '/'));
  client.socket.send('hello?');
  expect(await client.closed).toMatchObject({ code: 1007, reason: 'JSON, please' });
});
