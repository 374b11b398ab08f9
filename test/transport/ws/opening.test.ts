import { describe, expect, test } from 'vitest';
import type { DialRequest } from '../../../src/transport/transport.js';
import type { WireEnd } from '../../../src/transport/wire-fact.js';
import { Opening } from '../../../src/transport/ws/opening.js';
import { ByteServer } from '../../support/byte-peer.js';
import { eventually } from '../../support/eventually.js';
import { OPTIONS } from '../../support/wire-scene.js';

const WALL_NOW = Date.UTC(2026, 0, 1);

function open(url: string, parts: Partial<DialRequest> = {}) {
  const outcomes: ('opened' | WireEnd)[] = [];
  /** It asks for the time when the head of a refusal has come. */
  let isRefused = false;
  const wallNow = () => {
    isRefused = true;
    return WALL_NOW;
  };
  const opening = new Opening({ url, headers: {}, protocols: [], tls: {}, options: OPTIONS, ...parts }, wallNow, {
    opened: ({ socket }) => {
      outcomes.push('opened');
      socket.destroy();
    },
    neverOpened: (end) => outcomes.push(end),
  });
  const outcome = async () => {
    await eventually(() => outcomes.length > 0, 'the outcome');
    return outcomes[0];
  };
  return { opening, outcomes, outcome, isRefused: () => isRefused };
}

/** Answers the next client, and returns its head. */
async function answer(server: ByteServer, lines: string): Promise<string> {
  const peer = await server.nextClient();
  peer.socket.write(`HTTP/1.1 ${lines}`);
  return peer.head;
}

const redirect = (location: string, status = 302) =>
  `${status} Found\r\nLocation: ${location}\r\nContent-Length: 5\r\n\r\nmoved`;

describe('a refusal', () => {
  test('has the header fields and the body of the response', async () => {
    await using server = await ByteServer.listen();
    const { outcome } = open(server.url);
    await answer(
      server,
      '429 Slow Down\r\nRetry-After: 7\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Why: quota\r\nContent-Length: 9\r\n\r\ntoo often',
    );
    const end = (await outcome()) as WireEnd;
    expect(end).toEqual({
      kind: 'refused',
      httpStatus: 429,
      retryAfterMs: 7_000,
      cause: expect.objectContaining({ message: 'the server answered the opening handshake with 429 Slow Down' }),
      unconfirmed: { frames: 0, bytes: 0 },
    });
    expect(end.httpResponse).toEqual({
      headers: { 'retry-after': '7', 'set-cookie': ['a=1', 'b=2'], 'x-why': 'quota', 'content-length': '9' },
      body: 'too often',
    });
  });

  test('has the first 4 KiB of a long body, and ends the connection', async () => {
    await using server = await ByteServer.listen();
    const { outcome } = open(server.url);
    const peer = await server.nextClient();
    peer.socket.write(`HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(10_000)}`);
    expect(((await outcome()) as WireEnd).httpResponse?.body).toBe('x'.repeat(4_096));
    await peer.ended();
  });

  test('whose body does not come is reported a second later, or when it is called off', async () => {
    await using server = await ByteServer.listen();
    const head = '403 Forbidden\r\nContent-Length: 100\r\n\r\nbecause';
    const patient = open(server.url);
    await answer(server, head);
    expect(((await patient.outcome()) as WireEnd).httpResponse?.body).toBe('because');
    const hasty = open(server.url);
    await answer(server, head);
    await eventually(hasty.isRefused, 'the head');
    hasty.opening.callOff();
    expect(hasty.outcomes).toEqual([]);
    expect(await hasty.outcome()).toMatchObject({ kind: 'refused', httpStatus: 403 });
    expect(hasty.outcomes).toHaveLength(1);
  });
});

describe('a redirect', () => {
  test('is a refusal by default', async () => {
    await using server = await ByteServer.listen();
    const { outcome } = open(server.url);
    await answer(server, redirect('/elsewhere'));
    const end = (await outcome()) as WireEnd;
    expect(end).toMatchObject({
      kind: 'refused',
      httpStatus: 302,
      cause: { message: expect.not.stringMatching(/redir/) },
    });
    expect(end.httpResponse).toMatchObject({ headers: { location: '/elsewhere' }, body: 'moved' });
  });

  test.each([301, 302, 303, 307, 308])(
    'with %i is followed, with its header fields, within the origin',
    async (status) => {
      await using server = await ByteServer.listen();
      const { outcome } = open(`${server.url}a`, { redirects: 1, headers: { authorization: 'Bearer t' } });
      expect(await answer(server, redirect('/b?c', status))).toMatch(/^GET \/a HTTP/);
      const peer = await server.nextPeer();
      expect(peer.head).toMatch(/^GET \/b\?c HTTP/);
      expect(peer.head).toMatch(/^authorization: Bearer t\r$/im);
      expect(await outcome()).toBe('opened');
    },
  );

  test('to another origin takes no credentials along, and the subprotocols', async () => {
    await using server = await ByteServer.listen();
    await using other = await ByteServer.listen();
    const { outcome } = open(server.url.replace('ws://', 'ws://user:s3cret@'), {
      redirects: 1,
      protocols: ['chat'],
      headers: { Authorization: 'Bearer s3cret', Cookie: 'a=s3cret', 'X-Api-Key': 's3cret', Host: 's3cret' },
    });
    expect(await answer(server, redirect(other.url.replace('ws:', 'http:')))).toMatch(/s3cret/);
    const peer = await other.nextPeer({ headers: { 'Sec-WebSocket-Protocol': 'chat' } });
    expect(peer.head).not.toMatch(/s3cret|authorization|cookie|x-api-key/i);
    expect(peer.head).toMatch(/^sec-websocket-protocol: chat\r$/im);
    expect(await outcome()).toBe('opened');
  });

  test('beyond redirects is a refusal that says so', async () => {
    await using server = await ByteServer.listen();
    const { outcome } = open(server.url, { redirects: 2 });
    for (const path of ['/1', '/2', '/3']) await answer(server, redirect(path));
    const end = (await outcome()) as WireEnd;
    expect(end).toMatchObject({
      kind: 'refused',
      httpStatus: 302,
      cause: {
        code: 'ERR_TOO_MANY_REDIRECTS',
        message:
          'the server answered the opening handshake with 302 Found, and this redirect is not followed: ' +
          '2 were followed, as many as redirects allows',
      },
    });
    expect(end.httpResponse?.headers).toMatchObject({ location: '/3' });
  });

  test.each([
    ['/path of a socket', 'ws+unix:/tmp/a:/', 'ERR_UNSAFE_REDIRECT'],
    ['to nowhere', 'http://', 'ERR_INVALID_REDIRECT'],
  ])('%s is a refusal', async (_what, location, code) => {
    await using server = await ByteServer.listen();
    const { outcome } = open(server.url, { redirects: 5 });
    await answer(server, redirect(location));
    expect(await outcome()).toMatchObject({ kind: 'refused', httpStatus: 302, cause: { code } });
  });

  test('can be called off on the way', async () => {
    await using server = await ByteServer.listen();
    const { opening, outcome } = open(server.url, { redirects: 5 });
    await answer(server, redirect('/b'));
    const peer = await server.nextClient();
    opening.callOff();
    expect(await outcome()).toMatchObject({ kind: 'dial-failed' });
    await peer.ended();
  });
});
