import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { connect, createSupervisor } from '../../../src/index.js';
import { takeUpgrades } from '../../../src/transport/ws/take-upgrades.js';
import { sharing } from '../../support/shared-server.js';

const open = (port: number, path: string) => connect(`ws://127.0.0.1:${port}${path}`);

test('takes upgrades that are wanted, answers others with 404, and leaves the server', async () => {
  await using supervisor = createSupervisor();
  const listener = supervisor.accept({ handler: async (connection) => void connection.send('in') });
  await using shared = await sharing(createServer((_request, response) => response.end()));
  const leave = takeUpgrades(shared.server, {
    wants: ({ url }) => url === '/ours',
    take: (...upgrade) => listener.handleUpgrade(...upgrade),
  });
  expect((await (await open(shared.port, '/ours')).receive())?.text()).toBe('in');
  await expect(open(shared.port, '/other')).rejects.toMatchObject({ report: { httpStatus: 404 } });
  leave();
  expect(shared.server.listenerCount('upgrade')).toBe(0);
  await expect(open(shared.port, '/ours')).rejects.toMatchObject({ report: { httpStatus: 200 } });
});

test('takes none whose socket another listener has answered', async () => {
  await using shared = await sharing(createServer());
  const taken: unknown[] = [];
  takeUpgrades(shared.server, { wants: () => true, take: ({ url }) => taken.push(url) });
  shared.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 418 Theirs\r\nContent-Length: 0\r\n\r\n'));
  await expect(open(shared.port, '/')).rejects.toMatchObject({ report: { httpStatus: 418 } });
  expect(taken).toEqual([]);
});
