import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start } from '../../examples/vite.js';
import { UndiciClient } from '../support/undici-client.js';

test("serves pages, Vite's hot replacement, and the application's WebSockets on one port", async () => {
  const root = await mkdtemp(join(tmpdir(), 'wirekeeper-vite-'));
  await writeFile(join(root, 'index.html'), '<h1>a page</h1>');
  const { supervisor, vite, server } = await start(0, root);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = await (await fetch(`http://${host}/`)).text();
  expect(page).toContain('<h1>a page</h1>');

  const token = /const wsToken = "([^"]+)"/.exec(await (await fetch(`http://${host}/@vite/client`)).text())?.[1];
  const hot = await UndiciClient.connect(`ws://${host}/?token=${token}`, { protocols: ['vite-hmr'] });
  expect(JSON.parse(String(await hot.next()))).toEqual({ type: 'connected' });
  const client = await UndiciClient.connect(`ws://${host}/live`);
  client.socket.send('hello');
  expect(await client.next()).toBe('hello');

  await writeFile(join(root, 'index.html'), '<h1>another page</h1>');
  expect(JSON.parse(String(await hot.next()))).toMatchObject({ type: 'full-reload' });
  expect(supervisor.stats()).toMatchObject({ connections: { open: 1 } });

  await Promise.all([supervisor.stop(), vite.close()]);
  expect(await client.closed).toMatchObject({ code: 1001 });
  await hot.closed;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  await rm(root, { recursive: true });
});
