import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { expect, test } from 'vitest';
import { authorityOf, methodFault, pathOf, send } from '../../../src/cli/serve/plain-http.js';
import { sharing } from '../../support/shared-server.js';

test.each([
  // url                                path          authority
  ['/metrics', '/metrics', 'field.example'],
  ['/metrics?a=b?c', '/metrics', 'field.example'],
  ['/', '/', 'field.example'],
  ['', '/', 'field.example'],
  [undefined, '/', 'field.example'],
  ['*', '/*', 'field.example'],
  ['http://target.example:81/metrics?x', '/metrics', 'target.example:81'],
  ['HTTP://target.example', '/', 'target.example'],
  ['http://target.example?x=/y', '/', 'target.example'],
  ['/to/http://other.example/x', '/to/http://other.example/x', 'field.example'],
])('%s asks %s of %s', (url, path, authority) => {
  const request = { ...(url === undefined ? {} : { url }), headers: { host: 'field.example' } };
  expect([pathOf(request), authorityOf(request)]).toEqual([path, authority]);
});

test('what can only be read is read by GET and HEAD', () => {
  expect(methodFault({ method: 'GET' })).toBeUndefined();
  expect(methodFault({ method: 'HEAD' })).toBeUndefined();
  for (const method of ['POST', 'PUT', 'OPTIONS', 'get'])
    expect(methodFault({ method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  expect(methodFault({})).toMatchObject({ status: 405 });
});

test('an answer is JSON of a known length that nobody keeps', async () => {
  await using shared = await sharing(
    createServer((_request, response) => send(response, { status: 418, body: { é: 1 }, headers: { allow: 'GET' } })),
  );
  const [response] = await once(get({ port: shared.port }), 'response');
  expect([response.statusCode, response.headers]).toMatchObject([
    418,
    { 'content-type': 'application/json', 'content-length': '9', 'cache-control': 'no-store', allow: 'GET' },
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('{"é":1}\n');
});
