import { once } from 'node:events';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { expect, test } from 'vitest';
import type { WireOptions } from '../../../src/transport/transport.js';
import { streamRequest } from '../../../src/transport/ws/http2/stream-request.js';
import { StreamUpgrade } from '../../../src/transport/ws/stream-upgrade.js';
import { eventually } from '../../support/eventually.js';
import { OP } from '../../support/frame-bytes.js';
import { Http2Client, plainHttp2 } from '../../support/http2-client.js';
import { RawHttp2 } from '../../support/raw-http2.js';

const OPTIONS: WireOptions = { maxPayloadBytes: 1000, maxFragments: 10, perMessageDeflate: false };

type Opened = [stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, rawHeaders: string[]];

function upgradeOf([stream, headers, , rawHeaders]: Opened): StreamUpgrade {
  return new StreamUpgrade(streamRequest(stream, headers, rawHeaders), stream, () => 42);
}

/** A client that awaits its answer. */
async function aScene(fields: OutgoingHttpHeaders = {}) {
  const shared = await plainHttp2({ settings: { enableConnectProtocol: true } });
  const client = await Http2Client.connect(shared.url);
  const peer = client.ask('/', fields);
  const opened = (await once(shared.server, 'stream')) as Opened;
  const upgrade = upgradeOf(opened);
  upgrade.watch();
  return {
    peer,
    upgrade,
    stream: opened[0],
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await shared[Symbol.asyncDispose]();
    },
  };
}

test('accepted is answered with 200, and gives an open wire, before a byte of it is parsed', async () => {
  await using scene = await aScene({ 'sec-websocket-protocol': 'chat' });
  scene.peer.send({ opcode: OP.text, payload: 'early' });
  const wire = scene.upgrade.accept('chat', OPTIONS, { 'X-Node': 'seven' });
  expect(wire).toMatchObject({ role: 'accepted', protocol: 'chat', remoteAddress: '127.0.0.1', heardAt: 42 });
  const texts: string[] = [];
  wire?.frames$.subscribe(({ data }) => texts.push(data.toString()));
  await eventually(() => texts.length > 0);
  expect(texts).toEqual(['early']);
  expect(await scene.peer.status()).toBe(200);
  expect(scene.peer.headers).toMatchObject({ 'sec-websocket-protocol': 'chat', 'x-node': 'seven' });
  expect(Object.keys(scene.peer.headers ?? {})).not.toContain('sec-websocket-accept');
  wire?.terminate();
});

// RFC 7692 section 7.1; the server never keeps context, so that one compressed message may go to many.
test.each([
  ['permessage-deflate', true, 'permessage-deflate; server_no_context_takeover'],
  ['permessage-deflate; client_max_window_bits', true, 'permessage-deflate; server_no_context_takeover'],
  ['x-other, permessage-deflate', true, 'permessage-deflate; server_no_context_takeover'],
  ['permessage-deflate', false, undefined],
  ['x-other', true, undefined],
  [undefined, true, undefined],
])('offered %j, with compression %s, answers %j', async (offered, perMessageDeflate, answered) => {
  await using scene = await aScene(offered === undefined ? {} : { 'sec-websocket-extensions': offered });
  const wire = scene.upgrade.accept(undefined, { ...OPTIONS, perMessageDeflate });
  expect(wire?.extensions).toBe(answered === undefined ? '' : 'permessage-deflate');
  await scene.peer.status();
  expect(scene.peer.headers?.['sec-websocket-extensions']).toBe(answered);
  wire?.terminate();
});

test('extensions that are malformed are answered with 400', async () => {
  await using scene = await aScene({ 'sec-websocket-extensions': 'permessage-deflate; =' });
  expect(scene.upgrade.accept(undefined, { ...OPTIONS, perMessageDeflate: true })).toBeUndefined();
  expect(await scene.peer.status()).toBe(400);
  expect(scene.upgrade.diversion).toMatchObject({ kind: 'refused', status: 400, error: expect.any(Error) });
});

test('refused is answered with the status', async () => {
  await using scene = await aScene();
  scene.upgrade.refuse({ status: 403 });
  expect(await scene.peer.status()).toBe(403);
});

test('a client that resets the stream before its answer aborts the signal, and gets no wire', async () => {
  await using shared = await plainHttp2({ settings: { enableConnectProtocol: true } });
  using raw = await new RawHttp2(shared.port).ready();
  raw.write(raw.headers(1));
  const upgrade = upgradeOf((await once(shared.server, 'stream')) as Opened);
  upgrade.watch();
  raw.write(raw.reset(1, 8));
  await eventually(() => upgrade.signal.aborted);
  expect(upgrade.accept(undefined, OPTIONS)).toBeUndefined();
  expect(upgrade.diversion).toBeUndefined();
});

test.each<[string, (stream: ServerHttp2Stream) => void, string]>([
  [
    'answered',
    (stream) => stream.respond({ ':status': 404 }, { endStream: true }),
    'a response is being written to it',
  ],
  ['read', (stream) => stream.on('data', () => {}), 'it is being read'],
])('a stream that somebody else has %s is let go', async (_what, take, how) => {
  await using scene = await aScene();
  take(scene.stream);
  expect(scene.upgrade.accept(undefined, OPTIONS)).toBeUndefined();
  expect(scene.upgrade.diversion).toEqual({ kind: 'taken', how });
});
