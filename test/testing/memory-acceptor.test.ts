import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { MemoryAcceptor } from '../../src/testing/memory-acceptor.js';
import { MemoryNetwork } from '../../src/testing/memory-network.js';

const open = (target: Parameters<typeof MemoryAcceptor.open>[1]) =>
  MemoryAcceptor.open(
    new MemoryNetwork(),
    target,
    () => true,
    () => {},
  );

test('has an address as long as it listens', async () => {
  const acceptor = await open({ kind: 'port', port: 4000, host: undefined, backlog: 511 });
  expect(acceptor.address).toEqual({ address: '127.0.0.1', family: 'IPv4', port: 4000 });
  await acceptor.close();
  expect(acceptor.address).toBeUndefined();
});

test('has no HTTP servers to listen on', async () => {
  await expect(open({ kind: 'server', server: createServer() })).rejects.toThrow('no HTTP servers');
});

test('without a port it has no address, and takes nothing', async () => {
  const acceptor = await open({ kind: 'by-hand' });
  expect(acceptor.address).toBeUndefined();
  expect(() => acceptor.handleUpgrade()).toThrow('by hand');
  await acceptor.close();
});

test('without a port it is there at once', () => {
  expect(
    MemoryAcceptor.byHand(
      new MemoryNetwork(),
      () => true,
      () => {},
    ).address,
  ).toBeUndefined();
});
