/**
 * What our one file about ws leans on and ws does not document, against the installed version. A failure here means
 * that an update of ws has changed it, and that src/transport/ws/package/ws.ts has to follow.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Decompressor } from '../../../../src/transport/ws/package/decompressor.js';
import type { Handshaken } from '../../../../src/transport/ws/package/handshaken.js';
import {
  closeCodeOf,
  createReceiver,
  createUpgrader,
  faultOf,
  openClient,
} from '../../../../src/transport/ws/package/ws.js';
import { BytePeer, ByteServer, requestBytes } from '../../../support/byte-peer.js';
import { eventually } from '../../../support/eventually.js';
import { closeBytes, type FrameParts, masked, OP } from '../../../support/frame-bytes.js';
import { codeByWs, deflateOf } from '../reader-events.js';

const OPTIONS = { maxPayloadBytes: 1000, maxFragments: 3, perMessageDeflate: false };
const DEFLATE = { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' } };

/** A server whose upgrades the test answers. */
const server = createServer();
const upgrades: { request: IncomingMessage; socket: import('node:stream').Duplex; head: Buffer }[] = [];

beforeAll(async () => {
  server.on('upgrade', (request, socket, head) => upgrades.push({ request, socket, head }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
});

async function nextUpgrade() {
  await eventually(() => upgrades.length > 0, 'an upgrade');
  const upgrade = upgrades.shift();
  if (upgrade === undefined) throw new Error('no upgrade');
  return upgrade;
}

const port = () => (server.address() as AddressInfo).port;

describe('ws calls setSocket(socket, head) on the WebSocket it was given', () => {
  test('on the server, within handleUpgrade, once the 101 is written', async () => {
    const calls: unknown[][] = [];
    class Spy extends WebSocket {
      setSocket(...args: unknown[]): void {
        calls.push([...args.slice(0, 2), this.protocol, (this as unknown as { _extensions: object })._extensions]);
      }
    }
    const wss = new WebSocketServer({
      noServer: true,
      WebSocket: Spy,
      perMessageDeflate: true,
      handleProtocols: () => 'chat',
    });
    const client = BytePeer.connect(port());
    client.socket.write(
      Buffer.concat([
        Buffer.from(
          'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n',
        ),
        Buffer.from('behind'),
      ]),
    );
    const { request, socket, head } = await nextUpgrade();
    let accepted: unknown;
    wss.handleUpgrade(request, socket, head, (webSocket) => {
      accepted = webSocket;
    });
    expect(accepted, 'handleUpgrade no longer calls back at once').toBeInstanceOf(Spy);
    expect(calls, 'handleUpgrade no longer calls setSocket(socket, head)').toEqual([
      [socket, head, 'chat', { 'permessage-deflate': expect.objectContaining({ params: expect.any(Object) }) }],
    ]);
    expect(head.toString()).toBe('behind');
    expect(await client.readHead()).toMatch(/^HTTP\/1.1 101 /);
    await client[Symbol.asyncDispose]();
    socket.destroy();
    wss.close();
  });

  test('on the client, with what came behind the 101', async () => {
    const calls: unknown[][] = [];
    class Spy extends WebSocket {
      setSocket(socket: import('node:net').Socket, head: Buffer): void {
        calls.push([head.toString(), (this as unknown as { _extensions: object })._extensions]);
        this.emit('spied', socket);
      }
    }
    await using peers = await ByteServer.listen();
    const client = new Spy(peers.url, [], { perMessageDeflate: true });
    const spied = once(client, 'spied');
    await peers.nextPeer({
      headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' },
      behind: Buffer.from('behind'),
    });
    const [socket] = (await spied) as [import('node:net').Socket];
    expect(calls, 'the client no longer calls setSocket(socket, head)').toEqual([
      ['behind', { 'permessage-deflate': expect.objectContaining({ params: expect.any(Object) }) }],
    ]);
    socket.destroy();
  });
});

describe('the extension that ws negotiates', () => {
  test('holds what was negotiated as `params`, by the names of RFC 7692', () => {
    expect(deflateOf(true, 0, { server_no_context_takeover: [true], client_max_window_bits: ['10'] }).params).toEqual({
      server_no_context_takeover: true,
      client_max_window_bits: 10,
    });
    expect(deflateOf(false, 0, { client_no_context_takeover: [true], server_max_window_bits: ['9'] }).params).toEqual({
      client_no_context_takeover: true,
      server_max_window_bits: 9,
    });
  });
});

describe("ws's Receiver", () => {
  const open = (isServer = true, inflater?: Decompressor) => {
    const messages: unknown[] = [];
    const receiver = createReceiver(isServer, OPTIONS, inflater)
      .on('message', (data, isBinary) => messages.push([data.toString(), isBinary]))
      .on('error', () => {});
    return { receiver, messages };
  };

  test('is a Writable that is exported', () => {
    expect(open().receiver, 'ws no longer exports a Receiver that is a Writable').toBeInstanceOf(Writable);
  });

  test('emits assembled fragments within write', () => {
    const { receiver, messages } = open();
    receiver.write(masked({ opcode: OP.text, fin: false, payload: 'a' }));
    receiver.write(masked({ opcode: OP.continuation, payload: 'b' }));
    expect(messages, 'Receiver no longer emits messages within write').toEqual([['ab', false]]);
  });

  test('is a client where the option says so', () => {
    const { receiver } = open(false);
    receiver.write(masked({ opcode: OP.text, payload: 'a' }));
    expect(receiver.errored, 'Receiver no longer obeys isServer').toMatchObject({ code: 'WS_ERR_UNEXPECTED_MASK' });
  });

  test('has each frame of a compressed message inflated by what it is given, and calls back when that has', async () => {
    const asked: unknown[][] = [];
    const { receiver, messages } = open(true, {
      decompress: (data, fin, done) => {
        asked.push([data.toString(), fin]);
        setImmediate(() => done(null, Buffer.from(data.toString().toUpperCase())));
      },
    });
    const errors: unknown[] = [];
    for (const parts of [
      { opcode: OP.text, fin: false, rsv: 4, payload: 'infl' },
      { opcode: OP.continuation, payload: 'ated' },
    ]) {
      errors.push(
        await new Promise((resolve) => receiver.write(masked(parts), (error) => resolve(error ?? undefined))),
      );
    }
    expect(asked, 'Receiver no longer calls decompress(data, fin, done)').toEqual([
      ['infl', false],
      ['ated', true],
    ]);
    expect([errors, messages], 'Receiver no longer calls back after inflating').toEqual([
      [undefined, undefined],
      [['INFLATED', false]],
    ]);
  });

  test.each<[string, FrameParts, 1002 | 1007 | 1008 | 1009]>([
    ['WS_ERR_UNEXPECTED_RSV_2_3', { opcode: OP.text, rsv: 1 }, 1002],
    ['WS_ERR_UNEXPECTED_RSV_1', { opcode: OP.text, rsv: 4 }, 1002],
    ['WS_ERR_INVALID_OPCODE', { opcode: 3 }, 1002],
    ['WS_ERR_EXPECTED_FIN', { opcode: OP.ping, fin: false }, 1002],
    ['WS_ERR_EXPECTED_MASK', { opcode: OP.text, mask: undefined }, 1002],
    ['WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH', { opcode: OP.ping, payload: 'x'.repeat(126) }, 1002],
    ['WS_ERR_INVALID_CLOSE_CODE', { opcode: OP.close, payload: closeBytes(1006) }, 1002],
    ['WS_ERR_INVALID_UTF8', { opcode: OP.text, payload: Buffer.of(0xff) }, 1007],
    ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', { opcode: OP.text, payload: 'x'.repeat(1001) }, 1009],
    ['WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', { opcode: OP.binary, announced: 2 ** 60 }, 1009],
  ])('says %s at once, which is answered as ws itself would', (code, parts, closeCode) => {
    const { receiver } = open();
    receiver.write(masked(parts));
    const error = receiver.errored;
    expect(error, 'Receiver no longer has its error within write').toMatchObject({ code });
    expect(closeCodeOf(error as Error)).toBe(closeCode);
    expect(codeByWs(error as Error)).toBe(closeCode);
  });

  test('says WS_ERR_TOO_MANY_BUFFERED_PARTS of too many fragments', () => {
    const { receiver } = open();
    for (let i = 0; i <= OPTIONS.maxFragments; i++)
      receiver.write(masked({ opcode: i === 0 ? OP.text : OP.continuation, fin: false, payload: '.' }));
    expect(receiver.errored).toMatchObject({ code: 'WS_ERR_TOO_MANY_BUFFERED_PARTS' });
    expect(closeCodeOf(receiver.errored as Error)).toBe(1008);
  });

  test('says what zlib says of a message that does not inflate, also in the same call, which is answered with 1007', async () => {
    const cause = Object.assign(new Error('invalid'), { code: 'Z_DATA_ERROR' });
    const { receiver } = open(true, { decompress: (_data, _fin, done) => done(cause) });
    const error = await new Promise((resolve) =>
      receiver.write(masked({ opcode: OP.text, rsv: 4, payload: Buffer.of(0xff, 0xff) }), resolve),
    );
    expect(error).toBe(cause);
    expect(closeCodeOf(error as Error)).toBe(1007);
  });
});

describe('upgrading', () => {
  test.each([
    ['negotiates no compression by default', false, undefined],
    ['never keeps the context of its own compression', true, 'permessage-deflate; server_no_context_takeover'],
    [
      'never keeps it with other settings either',
      { threshold: 1, level: 1 },
      'permessage-deflate; server_no_context_takeover',
    ],
  ])('%s', async (_name, perMessageDeflate, expected) => {
    const client = BytePeer.connect(port(), requestBytes(DEFLATE));
    const { request, socket, head } = await nextUpgrade();
    const handshaken = createUpgrader({ ...OPTIONS, perMessageDeflate }).upgrade(request, socket, head, {
      protocol: undefined,
      lines: [],
    });
    expect(handshaken?.socket).toBe(socket);
    expect(handshaken?.deflate === undefined).toBe(perMessageDeflate === false);
    expect(/sec-websocket-extensions: (.*)\r?/i.exec(await client.readHead())?.[1]?.trim()).toBe(expected);
    socket.destroy();
    await client[Symbol.asyncDispose]();
  });

  test('answers with the protocol it is given, and with none if the client offered none', async () => {
    const upgrader = createUpgrader(OPTIONS);
    for (const [headers, chosen, expected] of [
      [{ 'Sec-WebSocket-Protocol': 'a, b' }, 'b', 'b'],
      [{ 'Sec-WebSocket-Protocol': 'a, b' }, undefined, ''],
      [{}, undefined, ''],
    ] as const) {
      const client = BytePeer.connect(port(), requestBytes({ headers }));
      const { request, socket, head } = await nextUpgrade();
      expect(upgrader.upgrade(request, socket, head, { protocol: chosen, lines: [] })?.protocol).toBe(expected);
      socket.destroy();
      await client[Symbol.asyncDispose]();
    }
  });

  test('adds the lines that it is given to one answer, and not to the next', async () => {
    const upgrader = createUpgrader(OPTIONS);
    const heads: string[] = [];
    for (const lines of [['Set-Cookie: a=1', 'Set-Cookie: b=2'], []]) {
      const client = BytePeer.connect(port(), requestBytes());
      const { request, socket, head } = await nextUpgrade();
      upgrader.upgrade(request, socket, head, { protocol: undefined, lines });
      heads.push(await client.readHead());
      socket.destroy();
      await client[Symbol.asyncDispose]();
    }
    expect(heads.map((head) => head.match(/^Set-Cookie: .*$/gm))).toEqual([
      ['Set-Cookie: a=1', 'Set-Cookie: b=2'],
      null,
    ]);
  });

  test('of a client that has gone gives nothing', async () => {
    const client = BytePeer.connect(port(), requestBytes());
    const { request, socket, head } = await nextUpgrade();
    socket.destroy();
    expect(createUpgrader(OPTIONS).upgrade(request, socket, head, { protocol: undefined, lines: [] })).toBeUndefined();
    await client[Symbol.asyncDispose]();
  });
});

/** What has come of an opening handshake. */
function opening(url: string, protocols: readonly string[] = []) {
  const outcomes: unknown[] = [];
  const callOff = openClient(
    { url, protocols, headers: { 'x-token': 'secret' }, socket: {}, options: OPTIONS },
    {
      opened: ({ protocol, socket }: Handshaken) => {
        outcomes.push(['opened', protocol]);
        socket.destroy();
      },
      refused: ({ statusCode }) => outcomes.push(['refused', statusCode]),
      failed: (error) => outcomes.push(['failed', error.message]),
      proxyAnswered: (status) => outcomes.push(['proxy answered', status]),
    },
  );
  return { outcomes, callOff };
}

describe('a client', () => {
  test('sends its header fields and protocols, and opens once', async () => {
    await using peers = await ByteServer.listen();
    const { outcomes } = opening(peers.url, ['chat', 'echo']);
    const peer = await peers.nextPeer({ headers: { 'Sec-WebSocket-Protocol': 'echo' } });
    await eventually(() => outcomes.length > 0);
    expect(peer.head).toMatch(/^x-token: secret\r?$/im);
    expect(peer.head).toMatch(/^sec-websocket-protocol: chat,echo\r?$/im);
    expect(peer.head).not.toMatch(/sec-websocket-extensions/i);
    expect(outcomes).toEqual([['opened', 'echo']]);
  });

  test('says of a refusal what was answered, and only that', async () => {
    await using peers = await ByteServer.listen();
    const { outcomes } = opening(peers.url);
    const peer = await peers.nextClient();
    peer.socket.end('HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n');
    await peer.ended();
    expect(outcomes).toEqual([['refused', 302]]);
  });

  test.each([
    ['nobody listens', undefined, /ECONNREFUSED/],
    ['the answer is no HTTP', 'SSH-2.0\r\n', /Parse Error/],
    [
      'the answer has the wrong key',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n',
      /Accept/,
    ],
    ['TCP ends before the answer', '', /hang up/],
  ])('fails when %s', async (_name, bytes, message) => {
    const peers = await ByteServer.listen();
    const { url } = peers;
    if (bytes === undefined) await peers[Symbol.asyncDispose]();
    const { outcomes } = opening(url);
    if (bytes !== undefined) (await peers.nextClient()).socket.end(bytes);
    await eventually(() => outcomes.length > 0);
    expect(outcomes).toEqual([['failed', expect.stringMatching(message)]]);
    if (bytes !== undefined) await peers[Symbol.asyncDispose]();
  });

  test('that is called off fails later, not at once, and nothing is thrown anywhere', async () => {
    await using peers = await ByteServer.listen();
    const { outcomes, callOff } = opening(peers.url);
    callOff();
    expect(outcomes).toEqual([]);
    await eventually(() => outcomes.length > 0);
    expect(outcomes).toEqual([['failed', expect.any(String)]]);
    callOff();
  });

  test('throws for a URL or protocol that no handshake can be made from', () => {
    expect(() => opening('ws://')).toThrow(SyntaxError);
    expect(() => opening('ftp://localhost')).toThrow(SyntaxError);
    expect(() => opening('ws://localhost', ['not a token'])).toThrow(SyntaxError);
  });
});

test.each([
  [1002, 'protocol-error'],
  [1007, 'protocol-error'],
  [1008, 'limit'],
  [1009, 'too-big'],
] as const)('a fault answered with %d is %s', (code, fault) => {
  expect(faultOf(code)).toBe(fault);
});
