import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/hono.js';
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
  if ('closeAllConnections' in service.server) service.server.closeAllConnections();
  await once(service.server, 'close');
});

const authorization = 'Bearer let-me-in';

test('has a route of the application decide, with its parameters', async () => {
  expect(await (await fetch(`http://${host}/`)).text()).toBe('an ordinary route\n');
  const client = await UndiciClient.connect(`ws://${host}/live/tea`, { headers: { authorization } });
  expect(await client.next()).toBe('this is tea');
  client.socket.send('hello');
  expect(await client.next()).toBe('hello');
  client.socket.close(1000);
  expect(await endingsOf(service.supervisor)).toMatchObject([{ trigger: 'peer-closed', code: 1000 }]);
});

test.each([
  ['without a token', {}],
  ['with a wrong one', { authorization: 'Bearer gibberish' }],
])('refuses a client %s with 401', async (_what, headers) => {
  expect(await refusalOf(`ws://${host}/live/tea`, headers)).toMatchObject({ status: 401 });
});
