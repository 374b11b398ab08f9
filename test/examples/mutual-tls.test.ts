import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/mutual-tls.js';
import { createSupervisor } from '../../src/index.js';
import { CLIENT_CA_PEM, CLIENT_IDENTITY, NAMELESS_IDENTITY } from '../support/client-identity.js';
import { TLS_IDENTITY } from '../support/tls-identity.js';

/** The certificate of a client, if it has one. */
type Identity = Partial<typeof TLS_IDENTITY | typeof CLIENT_IDENTITY | typeof NAMELESS_IDENTITY>;

let service: Awaited<ReturnType<typeof start>>;

beforeEach(async () => {
  service = await start({ ...TLS_IDENTITY, clientCa: CLIENT_CA_PEM, port: 0 });
});
afterEach(async () => {
  await service.supervisor.stop();
  service.server.close();
  service.server.closeAllConnections();
  await once(service.server, 'close');
});

/** Dials once with this identity: what was said first, and how it ended. */
async function dialed(identity: Identity) {
  await using supervisor = createSupervisor();
  let said: string | undefined;
  const dialer = supervisor.dial({
    url: `wss://127.0.0.1:${(service.server.address() as AddressInfo).port}/`,
    tls: { ca: TLS_IDENTITY.cert, ...identity },
    retry: () => 'stop',
    handler: async (connection) => {
      said = (await connection.receive())?.text();
    },
  });
  const { report } = await dialer.ended;
  return { said, report };
}

test('knows a client by the common name of its certificate', async () => {
  expect(await dialed(CLIENT_IDENTITY)).toMatchObject({ said: 'hello ann', report: { trigger: 'handler-returned' } });
});

test('knows a client that comes again, which may resume its TLS session', async () => {
  for (let time = 1; time <= 3; time += 1) expect(await dialed(CLIENT_IDENTITY)).toMatchObject({ said: 'hello ann' });
});

test('refuses a certificate without a common name with 403', async () => {
  expect(await dialed(NAMELESS_IDENTITY)).toMatchObject({ said: undefined, report: { httpStatus: 403 } });
});

test.each<[string, Identity]>([
  ['without a certificate', {}],
  ['with a certificate of another authority', TLS_IDENTITY],
])('no client %s gets as far as a handshake', async (_what, identity) => {
  const { said, report } = await dialed(identity);
  expect([said, report?.trigger]).toEqual([undefined, 'dial-failed']);
  expect(service.supervisor.stats()).toMatchObject({ refused: {}, endedTotal: 0 });
});
