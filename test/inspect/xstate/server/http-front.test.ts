import { expect, test } from 'vitest';
import { closeFront, openFront, urlOf } from '../../../../src/inspect/xstate/server/http-front.js';

test.each([
  ['127.0.0.1', /^ws:\/\/127\.0\.0\.1:\d+\/x$/],
  ['0.0.0.0', /^ws:\/\/127\.0\.0\.1:\d+\/x$/],
  ['::1', /^ws:\/\/\[::1\]:\d+\/x$/],
])('listens on %s, has its URL, and frees the port', async (host, url) => {
  const server = await openFront({ host, port: 0, path: '/x', inspectorUrl: false });
  expect(urlOf(server, '/x')).toMatch(url);
  await closeFront(server);
  expect(server.listening).toBe(false);
});
