import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { expect, test, vi } from 'vitest';
import { answerStream, sendable } from '../../../../src/transport/ws/http2/stream-answer.js';
import { eventually } from '../../../support/eventually.js';
import { Http2Client, plainHttp2 } from '../../../support/http2-client.js';
import { INITIAL_WINDOW, RawHttp2 } from '../../../support/raw-http2.js';

/** A stream that asks for a WebSocket, with its client. */
async function aScene() {
  const shared = await plainHttp2({ settings: { enableConnectProtocol: true } });
  const client = await Http2Client.connect(shared.url);
  const peer = client.ask();
  const [stream] = (await once(shared.server, 'stream')) as [ServerHttp2Stream];
  return {
    client,
    peer,
    stream,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await shared[Symbol.asyncDispose]();
    },
  };
}

test('answers with status, header fields, and body, and then closes the stream of a client that leaves it open', async () => {
  await using scene = await aScene();
  answerStream(scene.stream, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' }, body: 'who are you?' });
  expect(await scene.peer.gone()).toBe(0);
  expect(scene.peer.headers).toMatchObject({
    ':status': 401,
    'www-authenticate': 'Bearer',
    'content-type': 'text/plain; charset=utf-8',
  });
  expect(scene.peer.bytes.toString()).toBe('who are you?');
});

test("the body is the status's name unless one is given, in any type that is given", async () => {
  await using scene = await aScene();
  answerStream(scene.stream, { status: 404, headers: { 'Content-Type': 'text/html' } });
  await scene.peer.gone();
  expect(scene.peer.headers?.['content-type']).toBe('text/html');
  expect(scene.peer.bytes.toString()).toBe('Not Found');
});

test('a client that has gone is not answered', async () => {
  await using scene = await aScene();
  scene.peer.stream.close();
  await eventually(() => scene.stream.closed);
  answerStream(scene.stream, { status: 404 });
  expect(scene.stream.headersSent).toBe(false);
});

test('a client that leaves no room for the body does not keep the stream', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await using shared = await plainHttp2({ settings: { enableConnectProtocol: true } });
  using raw = await new RawHttp2(shared.port, [[INITIAL_WINDOW, 0]]).ready();
  raw.write(raw.headers(1));
  const [stream] = (await once(shared.server, 'stream')) as [ServerHttp2Stream];
  answerStream(stream, { status: 404 });
  await raw.answered(1);
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  expect(await raw.ended(1)).toBe(8);
});

test('header fields of a connection are left out, and lists are put into one field, except cookies', () => {
  expect(
    sendable({
      Connection: 'close',
      Upgrade: 'websocket',
      'Keep-Alive': '5',
      'Proxy-Connection': 'x',
      'Transfer-Encoding': 'chunked',
      TE: 'trailers',
      'HTTP2-Settings': 'x',
      'X-Node': 'seven',
      'X-Zones': ['eu', 'us'],
      'Set-Cookie': ['a=1', 'b=2'],
    }),
  ).toEqual({ 'x-node': 'seven', 'x-zones': 'eu, us', 'set-cookie': ['a=1', 'b=2'] });
  expect(sendable({ 'Set-Cookie': 'a=1' })).toEqual({ 'set-cookie': 'a=1' });
});
