import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/fastify-jwt.js';
import { endingsOf } from '../support/endings.js';
import { refusalOf, UndiciClient } from '../support/undici-client.js';

let service: Awaited<ReturnType<typeof start>>;
let host: string;

async function serve(tokenLivesMs?: number): Promise<void> {
  service = await start(0, tokenLivesMs);
  host = `127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
}

beforeEach(() => serve());
afterEach(() => service.app.close());

async function tokenOf(user: string): Promise<string> {
  const response = await fetch(`http://${host}/login?user=${user}`, {
    method: 'POST',
    headers: { connection: 'close' },
  });
  return ((await response.json()) as { token: string }).token;
}

const enter = (token: string) =>
  UndiciClient.connect(`ws://${host}/live`, { headers: { authorization: `Bearer ${token}` } });

test('leaves ordinary routes alone', async () => {
  expect(await (await fetch(`http://${host}/`)).text()).toBe('An ordinary route.\n');
});

test('knows the user by a Bearer token', async () => {
  await using client = await enter(await tokenOf('ann'));
  expect(await client.next()).toBe('hello ann');
});

test('refuses clients without a token, or with a wrong one, with 401', async () => {
  expect(await refusalOf(`ws://${host}/live`)).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Bearer' },
  });
  expect(await refusalOf(`ws://${host}/live`, { authorization: 'Bearer gibberish' })).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
});

test("refuses a browser's request from another page with 403", async () => {
  const authorization = `Bearer ${await tokenOf('ann')}`;
  expect(await refusalOf(`ws://${host}/live`, { authorization, origin: 'https://evil.example' })).toMatchObject({
    status: 403,
  });
});

test("takes a fresh token of the same user, and closes with 3000 at anybody else's", async () => {
  await using client = await enter(await tokenOf('ann'));
  expect(await client.next()).toBe('hello ann');
  client.socket.send(await tokenOf('ann'));
  expect(await client.next()).toBe('renewed');
  client.socket.send(await tokenOf('eve'));
  expect(await client.closed).toMatchObject({ code: 3000, reason: 'that is no token of yours' });
  expect(await endingsOf(service.supervisor)).toMatchObject([{ trigger: 'handler-returned', code: 3000 }]);
});

test('ends the connection with 3000 when the token does', async () => {
  await service.app.close();
  // The claim is in whole seconds, rounded down.
  await serve(1_500);
  await using client = await enter(await tokenOf('ann'));
  expect(await client.closed).toMatchObject({ code: 3000 });
  expect(await endingsOf(service.supervisor)).toMatchObject([{ trigger: 'expired', code: 3000, wasClean: true }]);
});

test('closes its sockets before the server that waits for them', async () => {
  const client = await enter(await tokenOf('ann'));
  await service.app.close();
  expect(await client.closed).toMatchObject({ code: 1001 });
  expect(service.supervisor.state).toBe('stopped');
});
