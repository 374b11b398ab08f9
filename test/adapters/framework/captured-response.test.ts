import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type CapturedAnswer, CapturedResponse } from '../../../src/adapters/framework/captured-response.js';

function aResponse() {
  const answers: CapturedAnswer[] = [];
  const response = new CapturedResponse(new IncomingMessage(new Socket()), (answer) => answers.push(answer));
  return { response, answers };
}

test('has the status, the header fields, and the text', async () => {
  const { response, answers } = aResponse();
  response.statusCode = 401;
  response.setHeader('x-set', '1');
  response.write('who ');
  response.end('are you?');
  await once(response, 'finish');
  expect(answers).toEqual([{ status: 401, headers: { 'x-set': '1' }, body: 'who are you?' }]);
});

test.each<[string, Parameters<CapturedResponse['writeHead']>]>([
  ['an object', [403, { 'X-A': '1', 'set-cookie': ['a', 'b'] }]],
  ['an object, after a reason', [403, 'No', { 'X-A': '1', 'set-cookie': ['a', 'b'] }]],
  ['a list', [403, ['X-A', '1', 'set-cookie', ['a', 'b']]]],
])('has what writeHead was given as %s', (_what, given) => {
  const { response, answers } = aResponse();
  response.writeHead(...given).end();
  expect(answers).toMatchObject([{ status: 403, headers: { 'x-a': '1', 'set-cookie': ['a', 'b'] }, body: '' }]);
});

test.each<[string, (response: CapturedResponse) => unknown]>([
  ['binary', (response) => response.end(Buffer.from([0xff, 0xfe]))],
  ['encoded', (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('no'))],
  ['longer than 64 KiB', (response) => response.end('x'.repeat(65_537))],
  [
    'longer than 64 KiB, in parts',
    (response) => {
      response.write('x'.repeat(65_536));
      response.end('yz');
    },
  ],
])('has no body that is %s', (_what, answer) => {
  const { response, answers } = aResponse();
  answer(response);
  expect(answers).toMatchObject([{ body: undefined }]);
});

test('reads what is written as it is encoded', () => {
  const { response, answers } = aResponse();
  response.write('6e', 'hex');
  response.end(() => {});
  expect(answers).toMatchObject([{ body: 'n' }]);
});

test('takes a stream, and is a 500 if that fails', async () => {
  const [whole, broken] = [aResponse(), aResponse()];
  Readable.from(['a', 'b']).pipe(whole.response);
  await once(whole.response, 'finish');
  expect(whole.answers).toMatchObject([{ status: 200, body: 'ab' }]);
  broken.response.write('half');
  broken.response.destroy();
  expect(broken.answers).toMatchObject([{ status: 500 }]);
});

test('is answered once', () => {
  const { response, answers } = aResponse();
  response.end('a');
  response.end('b');
  response.destroy();
  expect(answers).toHaveLength(1);
});

test.each<[string, string, (response: CapturedResponse) => unknown]>([
  ['ended again', 'error', (response) => response.end('twice')],
  ['written to', 'error', (response) => response.write('late')],
  ['destroyed with an error', 'close', (response) => response.destroy(new Error('late'))],
])('a response that is %s after its end keeps its answer, and the process lives', async (_what, event, late) => {
  const { response, answers } = aResponse();
  response.end('once');
  const seen = once(response, event);
  late(response);
  await seen;
  expect(answers).toMatchObject([{ status: 200, body: 'once' }]);
});

test('a response that is destroyed with an error is a 500, and the process lives', async () => {
  const { response, answers } = aResponse();
  const closed = once(response, 'close');
  response.destroy(new Error('the body has failed'));
  await closed;
  expect(answers).toMatchObject([{ status: 500 }]);
});
