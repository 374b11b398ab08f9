import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, test } from 'vitest';
import { BytePeer } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';
import { type ChaosLink, ChaosProxy, type StreamFault } from './chaos-proxy.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';

/** Two ends of TCP with the proxy between them. */
class Rig implements AsyncDisposable {
  readonly client: BytePeer;
  readonly server: BytePeer;
  readonly link: ChaosLink;
  readonly #parts: readonly AsyncDisposable[];
  readonly #listening: Server;

  private constructor(client: BytePeer, server: BytePeer, link: ChaosLink, proxy: ChaosProxy, listening: Server) {
    this.client = client;
    this.server = server;
    this.link = link;
    this.#parts = [client, server, proxy];
    this.#listening = listening;
  }

  static async open(fault?: StreamFault): Promise<Rig> {
    const listening = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const proxy = await ChaosProxy.listen((listening.address() as AddressInfo).port, ({ toServer }) => {
      if (fault !== undefined) toServer.set(fault);
    });
    const accepted = once(listening, 'connection');
    const client = BytePeer.connect(proxy.port);
    const [socket] = await accepted;
    return new Rig(client, new BytePeer(socket, false), await proxy.link(), proxy, listening);
  }

  /** What the server has read. */
  get text(): string {
    return this.server.bytes.toString();
  }

  async reads(text: string): Promise<void> {
    await eventually(() => this.text === text, `the server reads ${text}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#parts) await part[Symbol.asyncDispose]();
    this.#listening.close();
    await once(this.#listening, 'close');
  }
}

/** Time for bytes to arrive, only to see that they do not: what is sent the other way has made its round trip. */
async function roundTrips(rig: Rig, count = 3): Promise<void> {
  for (let trip = 0; trip < count; trip++) {
    const { length } = rig.client.bytes;
    rig.server.socket.write('x');
    await eventually(() => rig.client.bytes.length > length);
  }
}

describe('without a fault', () => {
  test('bytes pass both ways, and so does the end of each side', async () => {
    await using rig = await Rig.open();
    rig.client.socket.write('to the server');
    rig.server.socket.write('to the client');
    await rig.reads('to the server');
    await eventually(() => rig.client.bytes.toString() === 'to the client');
    rig.client.socket.end();
    await rig.server.ended();
    rig.server.socket.end('last');
    await rig.client.ended();
    expect(rig.client.bytes.toString()).toBe('to the clientlast');
  });

  test('a reset of one end reaches the other one', async () => {
    await using rig = await Rig.open();
    rig.client.reset();
    await rig.server.ended();
    expect(rig.server.error?.code).toBe('ECONNRESET');
  });

  test('more than a socket takes at once arrives whole', async () => {
    await using rig = await Rig.open();
    const bytes = Buffer.alloc(2 ** 21, ALPHABET);
    rig.client.socket.write(bytes);
    await eventually(() => rig.server.bytes.length === bytes.length);
    expect(rig.server.bytes.equals(bytes)).toBe(true);
  });
});

test('latency delays each byte, in order, and the end behind them', async () => {
  await using rig = await Rig.open({ kind: 'latency', ms: 60 });
  const from = performance.now();
  rig.client.socket.write('a');
  await roundTrips(rig);
  rig.client.socket.end('b');
  await rig.server.ended();
  expect(rig.text).toBe('ab');
  expect(performance.now() - from).toBeGreaterThan(60);
});

test('a drip passes one byte at a time', async () => {
  await using rig = await Rig.open({ kind: 'drip', everyMs: 10 });
  const sizes: number[] = [];
  rig.server.socket.on('data', (chunk) => sizes.push(chunk.length));
  const from = performance.now();
  rig.client.socket.write('drops');
  await rig.reads('drops');
  expect(sizes).toEqual([1, 1, 1, 1, 1]);
  expect(performance.now() - from).toBeGreaterThanOrEqual(39);
});

test('slices are of one byte each, so many of them, and lose nothing', async () => {
  await using rig = await Rig.open({ kind: 'slices', bytes: 3 });
  const sizes: number[] = [];
  rig.server.socket.on('data', (chunk) => sizes.push(chunk.length));
  rig.client.socket.end(ALPHABET);
  await rig.server.ended();
  expect(rig.text).toBe(ALPHABET);
  expect(sizes[0]).toBe(1);
  expect(sizes.at(-1)).toBeGreaterThan(20);
});

test('a blackhole swallows bytes and the end of TCP, one way only', async () => {
  await using rig = await Rig.open({ kind: 'blackhole' });
  rig.client.socket.end('lost');
  await roundTrips(rig);
  expect(rig.text).toBe('');
  expect(rig.server.hasEnded).toBe(false);
});

test('a blackhole swallows a reset', async () => {
  await using rig = await Rig.open();
  rig.client.socket.write('before');
  await rig.reads('before');
  rig.link.toServer.set({ kind: 'blackhole' });
  rig.client.reset();
  await once(rig.client.socket, 'close');
  rig.server.socket.write('x');
  await eventually(() => rig.server.socket.writableLength === 0);
  expect(rig.server.hasEnded).toBe(false);
});

test('a stall has the sender wait, and loses nothing once it is over', async () => {
  await using rig = await Rig.open({ kind: 'stall' });
  const bytes = Buffer.alloc(2 ** 24, ALPHABET);
  rig.client.socket.write(bytes);
  await roundTrips(rig);
  expect(rig.client.socket.writableLength).toBeGreaterThan(0);
  expect(rig.text).toBe('');
  rig.link.toServer.set({ kind: 'none' });
  await eventually(() => rig.server.bytes.length === bytes.length);
});

test('a stall in the middle of a drip holds the rest', async () => {
  await using rig = await Rig.open({ kind: 'drip', everyMs: 5 });
  rig.client.socket.write(ALPHABET);
  await eventually(() => rig.text.length > 2);
  rig.link.toServer.set({ kind: 'stall' });
  await roundTrips(rig);
  const { length } = rig.text;
  await roundTrips(rig, 10);
  expect(rig.text).toHaveLength(length);
  expect(length).toBeLessThan(ALPHABET.length);
  rig.link.toServer.set({ kind: 'none' });
  await rig.reads(ALPHABET);
});

test('a cut ends TCP behind so many bytes, counted from when it was switched on', async () => {
  await using rig = await Rig.open();
  rig.client.socket.write('abc');
  await rig.reads('abc');
  rig.link.toServer.set({ kind: 'cut', afterBytes: 4 });
  rig.client.socket.write('de');
  rig.client.socket.write('fghij');
  await rig.server.ended();
  expect(rig.text).toBe('abcdefg');
});

test('a flip turns one bit of one byte over', async () => {
  await using rig = await Rig.open();
  rig.client.socket.write('abc');
  await rig.reads('abc');
  rig.link.toServer.set({ kind: 'flip', atByte: 2, mask: 0x20 });
  rig.client.socket.write('de');
  rig.client.socket.write('fgh');
  await rig.reads('abcdeFgh');
});

test('a reset is sent to the end that is named', async () => {
  await using rig = await Rig.open();
  rig.link.reset('client');
  await rig.client.ended();
  expect(rig.client.error?.code).toBe('ECONNRESET');
  await rig.server.ended();
  expect(rig.server.error).toBeUndefined();
});

test('a FIN is sent to the end that is named, and what follows is lost', async () => {
  await using rig = await Rig.open();
  rig.client.socket.write('abc');
  await rig.reads('abc');
  rig.link.fin('server');
  rig.client.socket.write('lost');
  await rig.server.ended();
  await roundTrips(rig);
  expect(rig.text).toBe('abc');
});
