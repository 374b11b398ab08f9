import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/passport.js';
import { refusalOf, UndiciClient } from '../support/undici-client.js';

let service: Awaited<ReturnType<typeof start>>;
let host: string;

beforeEach(async () => {
  service = await start('the secret of this test', 0);
  host = `127.0.0.1:${(service.server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await service.supervisor.stop();
  service.server.close();
  service.server.closeAllConnections();
  await once(service.server, 'close');
});

test('knows the user that has logged in by Passport, on a page and on a socket', async () => {
  const login = await fetch(`http://${host}/login?user=ann`, { method: 'POST' });
  const cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const page = await fetch(`http://${host}/`, { headers: { cookie } });
  expect(await page.text()).toBe('hello ann\n');
  await using client = await UndiciClient.connect(`ws://${host}/live`, { headers: { cookie } });
  expect(await client.next()).toBe('hello ann');
});

test('the middleware that refuses a page refuses a socket, at once', async () => {
  expect((await fetch(`http://${host}/`)).status).toBe(401);
  expect(await refusalOf(`ws://${host}/live`)).toMatchObject({ status: 401 });
  expect(service.supervisor.stats()).toMatchObject({ refused: { 401: 1 } });
});
