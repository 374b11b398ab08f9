import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/koa.js';
import { endingsOf } from '../support/endings.js';
import { refusalOf, UndiciClient } from '../support/undici-client.js';

let service: Awaited<ReturnType<typeof start>>;
let host: string;

beforeEach(async () => {
  service = await start(0);
  host = `127.0.0.1:${(service.server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await service.supervisor.stop();
  service.server.close();
  service.server.closeAllConnections();
  await once(service.server, 'close');
});

test('knows a user on a page and on a socket by one cookie', async () => {
  const response = await fetch(`http://${host}/login?user=ann`);
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ');
  expect(await (await fetch(`http://${host}/`, { headers: { cookie } })).text()).toBe('hello ann\n');
  const client = await UndiciClient.connect(`ws://${host}/live`, { headers: { cookie } });
  expect(await client.next()).toBe('hello ann');
  client.socket.send('hello');
  expect(await client.next()).toBe('hello');
  client.socket.close(1000);
  expect(await endingsOf(service.supervisor)).toMatchObject([{ trigger: 'peer-closed', code: 1000 }]);
});

test.each(['', 'user=ann', 'user=ann; user.sig=made-up'])('refuses the cookie "%s" with 401', async (cookie) => {
  expect(await refusalOf(`ws://${host}/live`, { cookie })).toMatchObject({ status: 401 });
});
