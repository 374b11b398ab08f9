import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { pages } from '../../../../src/transport/protocol/pages.js';
import { type OnRead, readIntoPage, readNextTo, tlsPage } from '../../../../src/transport/ws/socket/page-reads.js';
import { eventually } from '../../../support/eventually.js';
import { settled } from '../../../support/settled.js';
import { socketPair } from '../../../support/socket-pair.js';
import { tlsPair } from '../../../support/tls-pair.js';

const on = (plain: OnRead) => ({ plain, encrypted: plain });
const NOBODY = on(() => {});

/** What was read by sockets that were asked to read into the page, in order. */
class Reads {
  readonly heard: string[] = [];
  readonly heardFrom = new Set<Socket>();

  /** Asks a socket to, as an owner would; says whether it can be had. */
  take(socket: Socket): boolean {
    const { heard, heardFrom } = this;
    socket.on('data', (chunk: Buffer) => heard.push(`data ${chunk.toString()}`));
    const from = (page: Buffer, name: string): OnRead =>
      function read(bytes, where) {
        heard.push(`${where === page ? name : 'elsewhere'} ${where.toString('latin1', 0, bytes)}`);
        heardFrom.add(this);
      };
    return readIntoPage(socket, { plain: from(pages().read, 'page'), encrypted: from(tlsPage(), 'page of TLS') });
  }
}

describe('a socket of Node is read into the page', () => {
  test.each([
    ['accepted over TCP', []],
    ['accepted over a Unix domain socket', [join(tmpdir(), `wirekeeper-page-${process.pid}.sock`)]],
  ])('%s', async (_name, where) => {
    await using pair = await socketPair(...where);
    const reads = new Reads();
    expect(reads.take(pair.accepted)).toBe(true);
    pair.client.write('one');
    await eventually(() => reads.heard.length === 1);
    pair.client.write('two');
    await eventually(() => reads.heard.length === 2);
    expect(reads.heard).toEqual(['page one', 'page two']);
    expect([...reads.heardFrom]).toEqual([pair.accepted]);
    expect(pair.accepted.bytesRead).toBe(6);
  });

  test('dialed', async () => {
    await using pair = await socketPair();
    const reads = new Reads();
    expect(reads.take(pair.client)).toBe(true);
    pair.accepted.write('one');
    await eventually(() => reads.heard.length === 1);
    expect(reads.heard).toEqual(['page one']);
  });

  test('behind an opening handshake that Node has parsed, from both ends', async () => {
    const server = createHttpServer();
    const reads = { server: new Reads(), client: new Reads() };
    server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
      reads.server.take(socket);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const asked = request({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      headers: { connection: 'Upgrade', upgrade: 'test' },
    });
    asked.end();
    const [, socket] = (await once(asked, 'upgrade')) as [IncomingMessage, Socket];
    expect(reads.client.take(socket)).toBe(true);
    socket.write('to the server');
    await eventually(() => reads.server.heard.length > 0);
    const [accepted] = reads.server.heardFrom;
    accepted?.write('to the client');
    await eventually(() => reads.client.heard.length > 0);
    expect([reads.server.heard, reads.client.heard]).toEqual([['page to the server'], ['page to the client']]);
    socket.destroy();
    accepted?.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('no more than once a time, whatever comes', async () => {
    await using pair = await socketPair();
    const sizes: number[] = [];
    readIntoPage(
      pair.accepted,
      on((bytes) => sizes.push(bytes)),
    );
    pair.accepted.resume();
    pair.client.write(Buffer.alloc(1_000_000));
    await eventually(() => sizes.reduce((sum, bytes) => sum + bytes, 0) === 1_000_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(pages().read.length);
  });
});

describe('a TLS socket is read into a page that no socket without TLS is read into', () => {
  test.each(['accepted', 'client'] as const)('%s', async (end) => {
    await using pair = await tlsPair();
    const reads = new Reads();
    expect(reads.take(pair[end])).toBe(true);
    pair[end === 'client' ? 'accepted' : 'client'].write('one');
    await eventually(() => reads.heard.length === 1);
    expect(reads.heard).toEqual(['page of TLS one']);
    expect(tlsPage()).not.toBe(pages().read);
  });
});

describe('a socket that has called back reads next', () => {
  test.each([
    ['TCP', socketPair],
    ['TLS', tlsPair],
  ] as const)('to where it is asked to, until it is asked for something else, over %s', async (_name, open) => {
    await using pair = await open();
    const target = Buffer.alloc(5);
    const heard: string[] = [];
    let page: Buffer | undefined;
    const read: OnRead = (bytes, where) => {
      page ??= where;
      heard.push(`${where === page ? 'page' : 'target'} ${where.toString('latin1', 0, bytes)}`);
      readNextTo(heard.length < 3 ? target : page);
    };
    readIntoPage(pair.accepted, on(read));
    pair.accepted.resume();
    for (const text of ['one', 'two', '1234567', 'end']) {
      pair.client.write(text);
      await eventually(() => heard.join('').endsWith(text.slice(-2)));
    }
    expect(heard).toEqual(['page one', 'target two', 'target 12345', 'page 67', 'page end']);
    expect(target.toString()).toBe('12345');
  });
});

describe('a socket that is read into the page', () => {
  test('reads nothing while it is paused, and goes on after that', async () => {
    await using pair = await socketPair();
    const reads = new Reads();
    reads.take(pair.accepted);
    pair.accepted.pause();
    pair.client.write('held');
    await settled();
    expect(reads.heard).toEqual([]);
    pair.accepted.resume();
    await eventually(() => reads.heard.length === 1);
    expect(reads.heard).toEqual(['page held']);
  });

  test('emits first what was put back', async () => {
    await using pair = await socketPair();
    const reads = new Reads();
    pair.accepted.unshift(Buffer.from('head'));
    pair.client.write('body');
    reads.take(pair.accepted);
    await eventually(() => reads.heard.length === 2);
    expect(reads.heard).toEqual(['data head', 'page body']);
  });

  test('still emits its end', async () => {
    await using pair = await socketPair();
    new Reads().take(pair.accepted);
    const ended = once(pair.accepted, 'end');
    pair.client.end();
    await ended;
    expect(pair.accepted.writable).toBe(true);
  });
});

describe('read as streams are', () => {
  test('any that is no socket of Node', () => {
    expect(readIntoPage(new PassThrough(), NOBODY)).toBe(false);
    expect(readIntoPage(Duplex.from([]), NOBODY)).toBe(false);
  });

  test('a socket that somebody else listens to', async () => {
    await using pair = await socketPair();
    const reads = new Reads();
    const theirs: string[] = [];
    pair.accepted.on('data', (chunk: Buffer) => theirs.push(chunk.toString()));
    expect(reads.take(pair.accepted)).toBe(false);
    pair.client.write('for both');
    await eventually(() => theirs.length === 1);
    expect([reads.heard, theirs]).toEqual([['data for both'], ['for both']]);
  });

  test('a socket that is gone, or over something of somebody else', async () => {
    const gone = new Socket();
    gone.destroy();
    expect(readIntoPage(gone, NOBODY)).toBe(false);
    await using pair = await socketPair();
    const odd = Object.assign(Object.create(pair.accepted), { _handle: { useUserBuffer: undefined } }) as Socket;
    expect(readIntoPage(odd, NOBODY)).toBe(false);
  });
});
