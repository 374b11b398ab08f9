import type { ServerHttp2Stream } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { type TakeStream, WebSocketStreams } from '../../../../src/transport/ws/http2/websocket-streams.js';
import { Http2Client, plainHttp2, StreamPeer } from '../../../support/http2-client.js';

/** A server that is shared with one of ours, which takes the streams for `/live`, and answers them with 299. */
async function aScene(isShared = true) {
  const shared = await plainHttp2({ settings: { enableConnectProtocol: true } });
  const taken: string[] = [];
  const take: TakeStream = ({ url }, stream, isDropped) => {
    taken.push(`${url} ${isDropped ? 'dropped' : 'is there'}`);
    if (!isDropped && !stream.headersSent) stream.respond({ ':status': 299 }, { endStream: true });
  };
  const streams = new WebSocketStreams(shared.server, ({ url }) => url.startsWith('/live'), take);
  if (isShared) streams.open();
  const client = await Http2Client.connect(shared.url);
  const statusOf = (headers: Record<string, string>) =>
    new StreamPeer(client.session.request(headers, { endStream: false })).status();
  return {
    ...shared,
    streams,
    taken,
    client,
    statusOf,
    /** The answer to a CONNECT as proxies know it. */
    tunnel: () => statusOf({ ':method': 'CONNECT', ':authority': 'a.example:443' }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await shared[Symbol.asyncDispose]();
    },
  };
}

/** Answers every stream that has no answer yet. */
function answering(status: number) {
  return (stream: ServerHttp2Stream) => stream.respond({ ':status': status }, { endStream: true });
}

test('takes the WebSockets that are wanted, and no others', async () => {
  await using scene = await aScene();
  expect(await scene.client.ask('/live/1').status()).toBe(299);
  expect(await scene.client.ask('/other').status()).toBe(404);
  expect(scene.taken).toEqual(['/live/1 is there']);
});

describe.each([
  ['as without us', false],
  ['with us', true],
])('%s', (_what, isShared) => {
  test("requests are answered by the server's own listeners", async () => {
    await using scene = await aScene(isShared);
    scene.server.on('request', (_request, response) => response.writeHead(203).end());
    expect(await scene.statusOf({ ':path': '/live' })).toBe(203);
    expect(await scene.statusOf({ ':path': '/live', ':method': 'POST' })).toBe(203);
    expect(scene.taken).toEqual([]);
  });

  test('a CONNECT that asks for no WebSocket is answered with 405', async () => {
    await using scene = await aScene(isShared);
    scene.server.on('request', () => {});
    const other = {
      ':method': 'CONNECT',
      ':protocol': 'connect-udp',
      ':scheme': 'http',
      ':path': '/live',
      ':authority': 'a',
    };
    expect(await scene.statusOf(other)).toBe(405);
    expect(await scene.tunnel()).toBe(405);
  });

  test("what is not wanted comes to a neighbour's listeners for connect", async () => {
    await using scene = await aScene(isShared);
    scene.server.on('request', () => {});
    scene.server.on('connect', (_request, response) => response.writeHead(203).end());
    expect(await scene.client.ask('/other').status()).toBe(203);
    expect(await scene.tunnel()).toBe(203);
  });

  test("what is not wanted comes to a neighbour's listeners for stream", async () => {
    await using scene = await aScene(isShared);
    scene.server.on('stream', answering(203));
    expect(await scene.client.ask('/other').status()).toBe(203);
    expect(await scene.statusOf({ ':path': '/live' })).toBe(203);
  });
});

test('what nobody wants is answered with 404 also where the server has listeners for requests', async () => {
  await using scene = await aScene();
  scene.server.on('request', () => {});
  expect(await scene.client.ask('/other').status()).toBe(404);
  expect(await scene.client.ask('/live').status()).toBe(299);
});

test('of several of ours the first that came first takes it', async () => {
  await using scene = await aScene();
  const second: string[] = [];
  const take: TakeStream = ({ url }, stream) => {
    second.push(url);
    stream.respond({ ':status': 298 }, { endStream: true });
  };
  const more = new WebSocketStreams(scene.server, () => true, take);
  more.open();
  expect(await scene.client.ask('/live').status()).toBe(299);
  expect(await scene.client.ask('/other').status()).toBe(298);
  scene.streams.close();
  expect(await scene.client.ask('/live').status()).toBe(298);
  expect([scene.taken, second]).toEqual([['/live is there'], ['/other', '/live']]);
});

test('comes after all other listeners, one of which may have answered or dropped the stream', async () => {
  await using scene = await aScene();
  scene.server.on('stream', (stream, { ':path': path }) => {
    if (path === '/live/answered') answering(203)(stream);
    else if (path === '/live/dropped') stream.close();
  });
  expect(await scene.client.ask('/live/answered').status()).toBe(203);
  expect(await scene.client.ask('/live/dropped').status()).toBeUndefined();
  expect(scene.taken).toEqual(['/live/answered is there', '/live/dropped dropped']);
});

test('closed, leaves the server as it was', async () => {
  await using scene = await aScene();
  scene.streams.close();
  expect([scene.server.listenerCount('stream'), scene.server.listenerCount('connect')]).toEqual([0, 0]);
});
