import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuse } from '../../../src/index.js';
import { CLIENT_CA_PEM, CLIENT_IDENTITY } from '../../support/client-identity.js';
import { TLS_IDENTITY } from '../../support/tls-identity.js';
import { start } from '../fake-terminal.js';
import { echo, served } from './served.js';

test('--auth logs in, and a credential of a URL or an option is in no line', async () => {
  const seen: (string | undefined)[] = [];
  await using server = await served(echo, {
    authenticate: (request) => {
      seen.push(request.header('authorization'));
      return { data: undefined };
    },
  });
  const { terminal, status } = start('dial', '--once', '--auth', 'ann:s3cret', server.url);
  terminal.stdin.end();
  expect(await status).toBe(0);
  expect(seen).toEqual([`Basic ${Buffer.from('ann:s3cret').toString('base64')}`]);
  expect(terminal.stderr.text).not.toContain('s3cret');
});

test('a refusal shows why: header fields and body, secrets hidden, nothing obeyed', async () => {
  await using server = await served(echo, {
    authenticate: () =>
      refuse(403, {
        headers: { 'x-reason': 'quota', 'set-cookie': 'session=s3cret' },
        body: 'come back tomorrow\u001b[2J\ntoken=s3cret',
      }),
  });
  const { terminal, status } = start('dial', '--once', server.url);
  expect(await status).toBe(1);
  const { lines, text } = terminal.stderr;
  expect(lines[1]).toContain('refused the opening handshake with HTTP 403');
  expect(lines).toEqual(
    expect.arrayContaining([
      '*   x-reason: quota',
      '*   set-cookie: ***',
      '*   come back tomorrow\\x1b[2J',
      '*   token=***',
    ]),
  );
  expect(text).not.toContain('s3cret');
  expect(text).not.toContain('\u001b');
  const json = start('dial', '--once', '--json', server.url);
  expect(await json.status).toBe(1);
  expect(json.terminal.stdout.text).toContain('"x-reason":"quota"');
  expect(json.terminal.stdout.text).not.toContain('s3cret');
});

describe('over TLS', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wirekeeper-dial-'));
    writeFileSync(file('ca.pem'), TLS_IDENTITY.cert);
    writeFileSync(file('cert.pem'), CLIENT_IDENTITY.cert);
    writeFileSync(file('key.pem'), CLIENT_IDENTITY.key);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A server that lets in whom its authority has signed. */
  async function mutual() {
    const server = createServer({ ...TLS_IDENTITY, ca: CLIENT_CA_PEM, requestCert: true, rejectUnauthorized: true });
    const clients = await served(echo, { server, port: undefined, host: undefined });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return {
      url: `wss://127.0.0.1:${port}/`,
      async [Symbol.asyncDispose]() {
        await clients[Symbol.asyncDispose]();
        server.close();
        await once(server, 'close');
      },
    };
  }

  test('--ca trusts, and --cert with --key says who we are', async () => {
    await using server = await mutual();
    const args = ['--ca', file('ca.pem'), '--cert', file('cert.pem'), '--key', file('key.pem')];
    const { terminal, status } = start('dial', '--once', ...args, '-x', 'hello', server.url);
    terminal.stdin.end();
    expect(await status).toBe(0);
    expect(terminal.stdout.lines).toEqual(['hello']);
  });

  test('a server that nobody trusts is refused in one sentence, and taken with -k', async () => {
    await using server = await mutual();
    const own = ['--cert', file('cert.pem'), '--key', file('key.pem')];
    const { terminal, status } = start('dial', '--once', ...own, server.url);
    expect(await status).toBe(1);
    expect(terminal.stderr.lines).toHaveLength(2);
    const insecure = start('dial', '--once', '-k', ...own, server.url);
    insecure.terminal.stdin.end();
    expect(await insecure.status).toBe(0);
  });

  test.each([
    [['--ca', 'nowhere.pem'], /^wirekeeper: --ca nowhere\.pem cannot be read: ENOENT[^\n]*\n$/],
    [['--auth', 'ann'], /^wirekeeper: --auth has no colon; it must be 'user:password'\.[^\n]*\n$/],
  ])('%j is one sentence and status 2', async (args, sentence) => {
    const { terminal, status } = start('dial', 'wss://127.0.0.1:9/', ...args);
    expect(await status).toBe(2);
    expect(terminal.stderr.text).toMatch(sentence);
  });
});
