import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type ConnectionRequest, refuse } from '../../../src/index.js';
import { HttpProxy } from '../../support/http-proxy.js';
import { start } from '../fake-terminal.js';
import { muteServer } from '../mute-server.js';
import { echo, served } from './served.js';

test('lines become messages, messages become lines; the end of stdin closes', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', server.url);
  terminal.stdin.end('one\ntwo\nünï');
  expect(await status).toBe(0);
  expect(terminal.stdout.lines).toEqual(['one', 'two', 'ünï']);
  expect(terminal.stderr.lines).toEqual([`* dialing ${server.url}`, '* open', expect.stringMatching(/^\* .*1000/)]);
  expect(terminal.hasListeners).toBe(false);
});

test('--json reports everything on stdout, in order', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', '--json', server.url);
  terminal.stdin.write('hello\n');
  await terminal.stdout.said(/"frame"/);
  terminal.stdin.end();
  expect(await status).toBe(0);
  const objects = terminal.stdout.lines.map((line) => JSON.parse(line) as { type: string; status?: string });
  expect(objects.map(({ type, status: to }) => to ?? type)).toEqual([
    'dialing',
    'up',
    'frame',
    'stopping',
    'report',
    'stopped',
  ]);
  expect(objects[4]).toMatchObject({
    sentence: expect.any(String),
    report: { code: 1000, wasClean: true, framesIn: 1, framesOut: 1 },
  });
  expect(terminal.stderr.text).toBe('');
});

test('sends the header fields, the origin, and the subprotocols of its options', async () => {
  const requests: ConnectionRequest[] = [];
  const authenticate = (request: ConnectionRequest) => {
    requests.push(request);
    return { data: undefined };
  };
  await using server = await served(echo, { authenticate, origins: 'any', protocols: ['b'] });
  const { terminal, status } = start(
    'dial',
    server.url,
    '--header',
    'Authorization: Bearer t',
    '--origin',
    'https://o.example',
    '--protocol',
    'a',
    '--protocol',
    'b',
  );
  terminal.stdin.end();
  expect(await status).toBe(0);
  expect(
    requests.map((request) => [
      request.bearerToken(),
      request.header('origin'),
      request.header('sec-websocket-protocol'),
    ]),
  ).toEqual([['t', 'https://o.example', 'a,b']]);
  expect(terminal.stderr.text).toContain('open, speaking b\n');
});

test('a refusal is status 1, and named', async () => {
  await using server = await served(echo, { authenticate: () => refuse(400) });
  const { terminal, status } = start('dial', '--json', server.url);
  expect(await status).toBe(1);
  expect(terminal.stdout.text).toContain('"httpStatus":400');
});

test('a signal closes with 1000, also while stdin is open', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', server.url);
  terminal.stdin.write('hello\n');
  await terminal.stdout.said(/hello/);
  terminal.raise();
  expect(await status).toBe(0);
});

test('a signal ends the wait for a server that is not there, with status 1', async () => {
  const server = await served(echo);
  await server[Symbol.asyncDispose]();
  const { terminal, status } = start('dial', server.url);
  await terminal.stderr.said(/dialing again/);
  terminal.raise();
  expect(await status).toBe(1);
});

test('a second signal drops a server that does not answer the Close, with status 1', async () => {
  await using server = await muteServer();
  const { terminal, status } = start('dial', server.url);
  await terminal.stderr.said(/open/);
  terminal.raise();
  await server.heard(8);
  terminal.raise();
  expect(await status).toBe(1);
});

test('a reader of stdout that goes away ends the conversation properly', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', server.url);
  await terminal.stderr.said(/open/);
  terminal.stdout.destroy(new Error('write EPIPE'));
  expect(await status).toBe(0);
});

test('--proxy leads through a proxy, whose password is in no line', async () => {
  await using server = await served(echo);
  await using proxy = await HttpProxy.listen({ credentials: 'user:s3cret' });
  const { terminal, status } = start('dial', '--once', '--proxy', proxy.url(), server.url);
  terminal.stdin.end('one');
  expect(await status).toBe(0);
  expect([terminal.stdout.lines, proxy.asked.length]).toEqual([['one'], 1]);
  const refused = start('dial', '--once', '--proxy', proxy.url('user:wr0ng'), server.url);
  refused.terminal.stdin.end();
  expect(await refused.status).toBe(1);
  expect(refused.terminal.stderr.text).toContain('The proxy, not the server, refused with HTTP 407');
  expect(refused.terminal.stderr.text).toContain('*   <h1>log in!</h1>');
  expect(refused.terminal.stderr.text).not.toContain('wr0ng');
  const wrong = start('dial', '--proxy', 'ftp://user:wr0ng@proxy', server.url);
  expect(await wrong.status).toBe(2);
  expect(wrong.terminal.stderr.text).toContain('proxy is "ftp://***@proxy/"');
});

test('--redirects follows redirects', async () => {
  await using server = await served(echo);
  const old = createServer().listen(0, '127.0.0.1');
  await once(old, 'listening');
  old.on('upgrade', (_request, socket) => {
    const location = server.url.replace('ws:', 'http:');
    socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
  });
  const url = `ws://127.0.0.1:${(old.address() as AddressInfo).port}/`;
  const { terminal, status } = start('dial', '--once', '--redirects', '1', url);
  terminal.stdin.end('one');
  expect(await status).toBe(0);
  expect(terminal.stdout.lines).toEqual(['one']);
  const without = start('dial', '--once', url);
  without.terminal.stdin.end();
  expect(await without.status).toBe(1);
  expect(without.terminal.stderr.text).toContain('refused the opening handshake with HTTP 302');
  old.close();
});
