/** The recipe for Next.js, as it stands in docs/frameworks.md, in programs of their own. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeBlocks } from '../../scripts/documents.mjs';
import { refusalOf, UndiciClient } from '../support/undici-client.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

/** Says on which port it listens. */
const SAYS_PORT = "\nserver.once('listening', () => process.send?.(server.address().port));\n";

let site: string;
let server: ChildProcess | undefined;

const page = (title: string) => `export default function Page() {\n  return <h1>${title}</h1>;\n}\n`;

/** A site of one page. Turbopack wants it beside its packages. */
beforeEach(async () => {
  const linked = join(here, 'node_modules/wirekeeper');
  if (!existsSync(linked)) symlinkSync(root, linked, 'junction');
  const text = readFileSync(join(root, 'docs/frameworks.md'), 'utf8');
  const recipe = codeBlocks(text).find(({ code }) => code.includes("from 'next'"));
  site = await mkdtemp(join(here, 'site-'));
  await mkdir(join(site, 'app'));
  await writeFile(join(site, 'server.mjs'), `${recipe?.code}${SAYS_PORT}`);
  await writeFile(join(site, 'app/page.jsx'), page('a page'));
  await writeFile(
    join(site, 'app/layout.jsx'),
    'export default function Layout({ children }) {\n  return <html><body>{children}</body></html>;\n}\n',
  );
});

afterEach(async () => {
  if (server?.exitCode === null && server.signalCode === null) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  await rm(site, { recursive: true });
});

const environment = (mode: string) => ({
  ...process.env,
  NODE_ENV: mode,
  NEXT_TELEMETRY_DISABLED: '1',
  PORT: '0',
});

/** Runs the recipe; returns its host and port. */
async function serve(mode: 'development' | 'production'): Promise<string> {
  server = fork('server.mjs', { cwd: site, env: environment(mode), execArgv: [], silent: true });
  let errors = '';
  server.stderr?.on('data', (data) => {
    errors += data;
  });
  const [port] = (await Promise.race([
    once(server, 'message'),
    once(server, 'exit').then(() => Promise.reject(new Error(errors))),
  ])) as [number];
  return `127.0.0.1:${port}`;
}

/** An echo, and the Close of a drain. */
async function echoes(host: string): Promise<UndiciClient> {
  const client = await UndiciClient.connect(`ws://${host}/live`);
  client.socket.send('hello');
  expect(await client.next()).toBe('hello');
  return client;
}

/** Ends the server as a platform does: its clients are told, and it ends by itself. */
async function drains(client: UndiciClient): Promise<void> {
  const exited = once(server as ChildProcess, 'exit');
  server?.kill('SIGTERM');
  expect(await client.closed).toMatchObject({ code: 1012 });
  expect(await exited).toEqual([0, null]);
}

test("in development it serves pages, Next's hot replacement, and the application's WebSockets on one port", async () => {
  const host = await serve('development');
  expect(await (await fetch(`http://${host}/`)).text()).toContain('a page');
  const hot = await UndiciClient.connect(`ws://${host}/_next/hmr?id=test`);
  const client = await echoes(host);
  await writeFile(join(site, 'app/page.jsx'), page('another page'));
  for (;;) {
    const message = String(await hot.next());
    if (message.includes('"serverComponentChanges"')) break;
  }
  await expect.poll(async () => (await fetch(`http://${host}/`)).text(), { timeout: 20_000 }).toContain('another page');
  client.socket.send('still there');
  expect(await client.next()).toBe('still there');
  await drains(client);
  await hot.closed;
});

test('in production it serves pages and WebSockets, and refuses those that neither knows with 404', async () => {
  const built = spawn(process.execPath, [join(here, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: site,
    env: environment('production'),
    stdio: 'ignore',
  });
  expect(await once(built, 'exit')).toEqual([0, null]);
  const host = await serve('production');
  expect(await (await fetch(`http://${host}/`)).text()).toContain('a page');
  expect(await refusalOf(`ws://${host}/_next/hmr?id=test`)).toMatchObject({ status: 404 });
  await drains(await echoes(host));
});
