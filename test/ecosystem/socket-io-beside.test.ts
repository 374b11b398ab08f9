import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { expect, test } from 'vitest';
import { connect, createSupervisor, type SupervisorEvent } from 'wirekeeper';

test('an event says that socket.io has cut a client whose look-up took too long for it, and what to do', async () => {
  const http = createServer();
  const io = new Server(http, { destroyUpgradeTimeout: 50 });
  const supervisor = createSupervisor();
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  await supervisor.listen({
    server: http,
    path: '/live',
    authenticate: (_request, { signal }) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
    handler: (connection) => connection.closed,
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  await expect(connect(`ws://127.0.0.1:${port}/live`)).rejects.toMatchObject({ report: { trigger: 'dial-failed' } });
  await expect
    .poll(() => events.filter(({ type }) => type.startsWith('handshake.')))
    .toMatchObject([
      { type: 'handshake.taken', path: '/live', how: expect.stringMatching(/^it was ended .*destroyUpgradeTimeout/) },
    ]);
  const [taken] = events.filter((event) => event.type === 'handshake.taken');
  expect(taken?.waitedMs).toBeGreaterThanOrEqual(45);
  await supervisor.stop();
  await io.close();
});
