import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/express-jwt.js';
import { endingsOf } from '../support/endings.js';
import { refusalOf, UndiciClient } from '../support/undici-client.js';

const SECRET = 'the secret of this test, 32 bytes';

let service: Awaited<ReturnType<typeof start>>;
let host: string;

async function serve(tokenLivesMs?: number): Promise<void> {
  service = await start(SECRET, 0, tokenLivesMs);
  host = `127.0.0.1:${(service.server.address() as AddressInfo).port}`;
}

async function end(): Promise<void> {
  await service.supervisor.stop();
  service.server.close();
  service.server.closeAllConnections();
  await once(service.server, 'close');
}

beforeEach(() => serve());
afterEach(end);

async function logIn(user: string): Promise<{ token: string; cookie: string }> {
  const response = await fetch(`http://${host}/login?user=${user}`, { method: 'POST' });
  const { token } = (await response.json()) as { token: string };
  return { token, cookie: response.headers.get('set-cookie')?.split(';', 1)[0] ?? '' };
}

const tokenOf = (claims: { issuer?: string; secret?: string; expiresAt?: Date }) =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(claims.issuer ?? 'express-jwt')
    .setSubject('eve')
    .setExpirationTime(claims.expiresAt ?? new Date(Date.now() + 60_000))
    .sign(new TextEncoder().encode(claims.secret ?? SECRET));

test('leaves ordinary routes alone', async () => {
  expect(await (await fetch(`http://${host}/`)).text()).toBe('An ordinary route.\n');
});

test('knows the user by a Bearer token', async () => {
  const { token } = await logIn('ann');
  await using client = await UndiciClient.connect(`ws://${host}/live`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await client.next()).toBe('hello ann');
});

test('knows a browser by its cookie', async () => {
  const { cookie } = await logIn('bob');
  await using client = await UndiciClient.connect(`ws://${host}/live`, {
    headers: { cookie, origin: `http://${host}` },
  });
  expect(await client.next()).toBe('hello bob');
});

test("refuses a browser's request from another page with 403, cookie or not", async () => {
  const { cookie } = await logIn('bob');
  expect(await refusalOf(`ws://${host}/live`, { cookie, origin: 'https://evil.example' })).toMatchObject({
    status: 403,
  });
});

test('refuses a request without a token with 401, and says what it wants', async () => {
  expect(await refusalOf(`ws://${host}/live`)).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Bearer' },
  });
});

test.each([
  ['of another issuer', () => tokenOf({ issuer: 'somebody-else' })],
  ['of another secret', () => tokenOf({ secret: 'a guess' })],
  ['that has expired', () => tokenOf({ expiresAt: new Date(Date.now() - 60_000) })],
  ['that is none', () => Promise.resolve('gibberish')],
])('refuses a token %s with 401 and invalid_token', async (_, makeToken) => {
  const answer = await refusalOf(`ws://${host}/live`, { authorization: `Bearer ${await makeToken()}` });
  expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  expect(service.supervisor.stats()).toMatchObject({ refused: { 401: 1 }, endedTotal: 0 });
});

test('ends the connection with 3000 when the token does', async () => {
  await end();
  // The claim is in whole seconds, rounded down.
  await serve(1_500);
  const { token } = await logIn('ann');
  await using client = await UndiciClient.connect(`ws://${host}/live`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await client.closed).toMatchObject({ code: 3000, wasClean: true });
  expect(await endingsOf(service.supervisor)).toMatchObject([
    { outcome: 'closed', code: 3000, trigger: 'expired', startedBy: 'local' },
  ]);
});
