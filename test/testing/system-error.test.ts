import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { systemError } from '../../src/testing/system-error.js';

test('a refused connect looks as the real one', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const [real] = (await once(connect(port, '127.0.0.1'), 'error').catch((error: unknown) => [error])) as [
    NodeJS.ErrnoException,
  ];
  const made = systemError('ECONNREFUSED', 'connect', { address: '127.0.0.1', port });
  expect({ ...made, message: made.message }).toEqual({ ...real, message: real.message });
});

test('a port in use looks as the real one', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [real] = (await once(createServer().listen(port, '127.0.0.1'), 'listening').catch((error: unknown) => [
    error,
  ])) as [NodeJS.ErrnoException];
  server.close();
  await once(server, 'close');
  const { code, errno, syscall, ...rest } = systemError('EADDRINUSE', 'listen', { address: '127.0.0.1', port });
  expect({ code, errno, syscall, ...rest }).toEqual({ ...real });
});

test('a reset says nothing of where', () => {
  const reset = systemError('ECONNRESET', 'read');
  expect(reset.message).toBe('read ECONNRESET');
  expect(Object.keys(reset)).toEqual(['code', 'errno', 'syscall']);
});
