import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ByteReader } from '../../../../src/transport/ws/route/byte-reader.js';

/** A reader that is connected to a socket of the test's. */
async function aReader() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const arrived = once(server, 'connection');
  const abort = new AbortController();
  const { port } = server.address() as AddressInfo;
  const reader = new ByteReader({ host: '127.0.0.1', port }, {}, abort.signal);
  const [far] = (await arrived) as [Socket];
  far.on('error', () => {});
  onTestFinished(() => {
    reader.destroy();
    far.destroy();
    server.close();
  });
  return { reader, far, abort };
}

test('reads numbers of bytes, however they come', async () => {
  const { reader, far } = await aReader();
  const first = reader.next(3);
  far.write('a');
  far.write('bcd');
  expect(String(await first)).toBe('abc');
  expect(String(await reader.next(1))).toBe('d');
});

test('hands on the socket with what came behind', async () => {
  const { reader, far, abort } = await aReader();
  const first = reader.next(1);
  far.write('abc');
  await first;
  const socket = reader.release();
  abort.abort();
  onTestFinished(() => void socket.destroy());
  const [rest] = await once(socket, 'data');
  expect(String(rest)).toBe('bc');
  far.write('d');
  expect(String((await once(socket, 'data'))[0])).toBe('d');
});

test('fails when the connection ends before, and stays so', async () => {
  const { reader, far } = await aReader();
  const first = reader.next(3);
  far.end('ab');
  await expect(first).rejects.toThrow('it ended the connection');
  await expect(reader.next(1)).rejects.toThrow('it ended the connection');
});

test('is ended by its signal', async () => {
  const { reader, far, abort } = await aReader();
  const closed = once(far.resume(), 'close');
  const first = reader.next(1);
  abort.abort();
  await expect(first).rejects.toThrow('it ended the connection');
  await closed;
});

test('does not begin when the signal has aborted', async () => {
  const reader = new ByteReader({ host: '127.0.0.1', port: 1 }, {}, AbortSignal.abort());
  await expect(reader.next(1)).rejects.toThrow('it ended the connection');
});
