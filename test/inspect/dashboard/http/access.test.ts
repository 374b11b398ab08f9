import { expect, test } from 'vitest';
import { Gate } from '../../../../src/inspect/dashboard/http/access.js';
import type { HandshakeRequest } from '../../../../src/transport/transport.js';

const TOKEN = 'correct-horse-battery';

const aRequest = (headers: HandshakeRequest['headers'], remoteAddress = '192.0.2.1'): HandshakeRequest => ({
  method: 'GET',
  url: '/',
  headers,
  remoteAddress,
  isSecure: false,
});

const withToken = () => new Gate({ token: TOKEN, authorize: undefined });
const cookieOf = (gate: Gate) => gate.cookie('/x/', false).split(';', 1)[0] ?? '';

test.each([
  [{}, 'token'],
  [{ authorization: `Bearer ${TOKEN}` }, 'granted'],
  [{ authorization: `bearer ${TOKEN}` }, 'granted'],
  [{ authorization: `Basic ${TOKEN}` }, 'token'],
  [{ authorization: `Bearer ${TOKEN}x` }, 'token'],
  [{ authorization: 'Bearer ' }, 'token'],
  [{ cookie: cookieOf(withToken()) }, 'granted'],
  [{ cookie: `a=b; ${cookieOf(withToken())}; c=d` }, 'granted'],
  [{ cookie: `${cookieOf(withToken())}x` }, 'token'],
  [{ cookie: TOKEN }, 'token'],
])('with a token, %j: %s', async (headers, access) => {
  expect((await withToken().check(aRequest(headers))).access).toBe(access);
});

test('being on this machine is no token', async () => {
  expect((await withToken().check(aRequest({ host: 'localhost' }, '127.0.0.1'))).access).toBe('token');
});

test('another token has another cookie, by another name', () => {
  const other = new Gate({ token: `${TOKEN}2`, authorize: undefined });
  const names = [withToken(), other].map((gate) => cookieOf(gate).split('=', 1)[0]);
  expect(new Set(names).size).toBe(2);
});

test('the cookie has neither the token nor, over TLS, a way without it', () => {
  expect(withToken().cookie('/x/', true)).toMatch(
    /^wirekeeper-[\da-f]{8}=[\w-]{43}; Path=\/x\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  expect(withToken().cookie('/x/', false)).not.toContain(TOKEN);
});

test('without a token only this machine may look, and others learn what to do', async () => {
  const gate = new Gate({ token: undefined, authorize: undefined });
  expect(await gate.check(aRequest({ host: 'localhost' }, '127.0.0.1'))).toEqual({ access: 'granted' });
  const refused = await gate.check(aRequest({ host: 'localhost' }));
  expect(refused).toMatchObject({ access: 'refused', why: expect.stringContaining('set the option token') });
  expect(gate.hasToken(aRequest({ authorization: 'Bearer ' }))).toBe(false);
});

test.each<[() => unknown, string]>([
  [() => true, 'granted'],
  [async () => true, 'granted'],
  [() => 1, 'refused'],
  [() => undefined, 'refused'],
  [() => Promise.reject(new Error('no')), 'refused'],
  [
    () => {
      throw new Error('no');
    },
    'refused',
  ],
])('authorize %s: %s', async (authorize, access) => {
  const gate = new Gate({ token: undefined, authorize });
  expect((await gate.check(aRequest({ host: 'localhost' }, '127.0.0.1'))).access).toBe(access);
});
