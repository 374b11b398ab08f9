import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { injectWebSocket } from '../../../src/adapters/fastify/inject.js';
import { createSupervisor } from '../../../src/index.js';
import { EndedError, OptionError } from '../../../src/transport/errors.js';

test('reaches a server that does not listen, by a connection with an address', async () => {
  await using supervisor = createSupervisor();
  const server = createServer();
  await supervisor.listen({
    server,
    handler: async (connection) => void connection.send(connection.remoteAddress ?? ''),
  });
  await using client = await injectWebSocket(server, '/', undefined);
  expect((await client.receive())?.text()).toBe('127.0.0.1');
});

test('fails where nobody takes upgrades, and for a wrong option', async () => {
  await expect(injectWebSocket(createServer(), '/', {})).rejects.toThrow(EndedError);
  await expect(injectWebSocket(createServer(), '/', { header: {} } as never)).rejects.toThrow(OptionError);
});
