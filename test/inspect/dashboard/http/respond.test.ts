import { createServer, request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { Gate } from '../../../../src/inspect/dashboard/http/access.js';
import { pageFolder, readPage } from '../../../../src/inspect/dashboard/http/page-files.js';
import { respond } from '../../../../src/inspect/dashboard/http/respond.js';
import { sharing } from '../../../support/shared-server.js';

const TOKEN = 'correct-horse-battery';
const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` };

async function aServer(token?: string) {
  const page = readPage(pageFolder()).files;
  const gate = new Gate({ token, authorize: undefined });
  const download = (rest: string) => (rest === '/connection/c1.json' ? { name: 'c"1\r\n', body: '{}' } : undefined);
  const server = createServer((request, response) => {
    void respond({ path: '/at', gate, page, download }, request, response, (request.url ?? '').replace(/^\/at/, ''));
  });
  const shared = await sharing(server);
  /** With the path as it stands: `fetch` would tidy it up first. */
  const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
      const asked = httpRequest({ host: '127.0.0.1', port: shared.port, path, method, headers }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += String(chunk);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      asked.on('error', reject);
      asked.end();
    });
  return { get, page, [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose]() };
}

test('the page may run its own script only, and cannot be framed', async () => {
  await using scene = await aServer();
  const { headers, body } = await scene.get('/at/');
  expect(body).toContain('<!doctype html>');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).not.toMatch(/unsafe/);
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
  expect(headers['cache-control']).toBe('no-cache');
});

test('the page names nothing that is loaded from elsewhere', async () => {
  await using scene = await aServer();
  const { body } = await scene.get('/at/');
  const links = [...body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link ?? '');
  expect(links.filter((link) => !scene.page.has(link) && link !== 'data:,')).toEqual([]);
});

test('files with a hash are kept for ever, and none is sent twice', async () => {
  await using scene = await aServer();
  const [script = ''] = [...scene.page.keys()].filter((name) => name.endsWith('.js'));
  const { headers } = await scene.get(`/at/${script}`);
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  const again = await scene.get(`/at/${script}`, { 'if-none-match': String(headers['etag']) });
  expect([again.status, again.body]).toEqual([304, '']);
});

test.each([
  '/at/../package.json',
  '/at/..%2f..%2fpackage.json',
  '/at/%2e%2e/%2e%2e/package.json',
  '/at//etc/passwd',
  '/at/files.json',
  '/at/index.html%00.js',
  '/at/\\..\\..\\package.json',
  '/at/constructor',
  '/at/__proto__',
  '/at/connection/%.json',
])('there is nothing at %s', async (path) => {
  await using scene = await aServer();
  expect((await scene.get(path)).status).toBe(404);
});

test.each([
  ['POST', '/at/', 405],
  ['PUT', '/at/access', 405],
  ['DELETE', '/at/connection/c1.json', 405],
  ['HEAD', '/at/', 200],
  ['GET', '/at', 308],
  ['GET', '/at/feed', 426],
])('%s %s: %d', async (method, path, status) => {
  await using scene = await aServer();
  const answer = await scene.get(path, {}, method);
  expect(answer.status).toBe(status);
  if (method === 'HEAD') expect(answer.body).toBe('');
});

test('with a token the page is there for all, and data only with the token', async () => {
  await using scene = await aServer(TOKEN);
  expect((await scene.get('/at/')).status).toBe(200);
  expect((await scene.get('/at/connection/c1.json')).status).toBe(401);
  expect((await scene.get('/at/connection/c1.json', WITH_TOKEN)).status).toBe(200);
});

test('data is a download by a harmless name, and not for other sites', async () => {
  await using scene = await aServer();
  const { headers } = await scene.get('/at/connection/c1.json');
  expect(headers).toMatchObject({
    'content-disposition': 'attachment; filename="c_1__.json"',
    'cache-control': 'no-store',
  });
  expect((await scene.get('/at/connection/c1.json', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  const post = await scene.get('/at/access', { origin: 'https://evil.example', ...WITH_TOKEN }, 'POST');
  expect(post.status).toBe(403);
});

test('without a token other machines are refused the page too', async () => {
  await using scene = await aServer();
  const { status, body } = await scene.get('/at/', { host: 'evil.example' });
  expect([status, body]).toEqual([403, expect.stringContaining('set the option token')]);
  const access = await scene.get('/at/access', { host: 'evil.example' });
  expect(JSON.parse(access.body)).toMatchObject({ access: 'refused' });
});
