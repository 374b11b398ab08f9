import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { isHttp2Stream, isLostBelow, socketBelow } from '../../../../src/transport/ws/socket/http2-stream.js';
import { Http2Client, plainHttp2 } from '../../../support/http2-client.js';

test('tells a stream of HTTP/2 from sockets and other streams, and knows the socket below it while there is one', async () => {
  await using shared = await plainHttp2({ settings: { enableConnectProtocol: true } });
  await using client = await Http2Client.connect(shared.url);
  client.ask();
  const [stream] = (await once(shared.server, 'stream')) as [ServerHttp2Stream];
  expect([stream, new Socket(), new PassThrough()].map(isHttp2Stream)).toEqual([true, false, false]);
  expect(socketBelow(stream)?.remoteAddress).toBe('127.0.0.1');
  expect(isLostBelow(stream)).toBe(false);
  client.session.destroy();
  await once(stream, 'close');
  expect(socketBelow(stream)).toBeUndefined();
  expect(isLostBelow(stream)).toBe(true);
});
