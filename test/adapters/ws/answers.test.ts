import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { answerNotNow } from '../../../src/adapters/ws/answers.js';

test('a client that nobody can take is answered with 503, and its socket is destroyed', async () => {
  const socket = new PassThrough();
  answerNotNow(socket);
  expect(String(await socket.toArray())).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\n\r\n$/);
  expect(socket.destroyed).toBe(true);
});
