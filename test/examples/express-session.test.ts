import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/express-session.js';
import { createSupervisor } from '../../src/index.js';
import { endingsOf } from '../support/endings.js';
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

async function logIn(user: string): Promise<string> {
  const response = await fetch(`http://${host}/login?user=${user}`, { method: 'POST' });
  return response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

const connect = (cookie: string) => UndiciClient.connect(`ws://${host}/live`, { headers: { cookie } });

test('knows on a socket who has logged in by a route', async () => {
  await using client = await connect(await logIn('ann'));
  client.socket.send('hello');
  expect(await client.next()).toBe('ann: hello');
});

test('a login begins another session, whatever cookie the client had', async () => {
  const ann = await logIn('ann');
  const response = await fetch(`http://${host}/login?user=bob`, { method: 'POST', headers: { cookie: ann } });
  const bob = response.headers.get('set-cookie')?.split(';', 1)[0];
  expect(bob).not.toBe(ann);
  expect(await refusalOf(`ws://${host}/live`, { cookie: ann })).toMatchObject({ status: 401 });
});

test.each([
  ['without a session', ''],
  ['with the cookie of a session that nobody has signed', 'connect.sid=s%3Amade-up.signature'],
])('refuses a client %s with 401', async (_what, cookie) => {
  expect(await refusalOf(`ws://${host}/live`, cookie === '' ? {} : { cookie })).toMatchObject({ status: 401 });
});

test("keeps the session alive: the 101 sets the session's cookie again", async () => {
  const cookie = await logIn('ann');
  await using supervisor = createSupervisor();
  const connection = await supervisor
    .dial({ url: `ws://${host}/live`, headers: { cookie }, handler: ({ closed }) => closed })
    .connected();
  const [again = ''] = connection.response?.headers['set-cookie'] ?? [];
  expect(again).toContain(`${cookie}; Path=/; Expires=`);
});

test('logging out closes the sockets of that session with 3000, and no others', async () => {
  const [ann, bob] = [await logIn('ann'), await logIn('bob')];
  const sockets = [await connect(ann), await connect(ann)];
  await using other = await connect(bob);
  await fetch(`http://${host}/logout`, { method: 'POST', headers: { cookie: ann } });
  for (const { closed } of sockets) expect(await closed).toMatchObject({ code: 3000, reason: 'logged out' });
  expect(await endingsOf(service.supervisor, 2)).toMatchObject([{ code: 3000 }, { code: 3000 }]);
  other.socket.send('still here');
  expect(await other.next()).toBe('bob: still here');
  expect(await refusalOf(`ws://${host}/live`, { cookie: ann })).toMatchObject({ status: 401 });
  expect(service.supervisor.stats()).toMatchObject({ connections: { open: 1 } });
});
