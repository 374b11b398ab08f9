/** Dials over TLS: the effect of the settings, and the report when TLS cannot be set up. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createSupervisor, type DialOptions } from '../../src/index.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../support/certificate.js';

/** Dials a TLS server whose certificate is for `localhost` and signed by itself; what became of the first attempt. */
async function dialed(tls: DialOptions['tls']) {
  const server = createServer({ cert: CERTIFICATE_PEM, key: KEY_PEM }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const supervisor = createSupervisor();
  try {
    await supervisor.listen({ server, handler: (connection) => connection.closed });
    const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const dialer = supervisor.dial({ url, tls, retry: () => 'stop', handler: async () => {} });
    const { report } = await dialer.ended;
    const dials = supervisor.endings.filter(({ role }) => role === 'dialed');
    return { report, dials: dials.length };
  } finally {
    await supervisor.stop();
    server.close();
  }
}

test.each<[string, DialOptions['tls']]>([
  ['whose certificate is trusted', { ca: CERTIFICATE_PEM, servername: 'localhost' }],
  [
    'whose certificate is trusted, given as a Buffer in a list',
    { ca: [Buffer.from(CERTIFICATE_PEM)], servername: 'localhost' },
  ],
  ['that is not checked', { rejectUnauthorized: false }],
])('a server %s is connected to', async (_what, tls) => {
  expect(await dialed(tls)).toMatchObject({ report: { trigger: 'handler-returned' }, dials: 1 });
});

test.each<[string, DialOptions['tls'], string]>([
  ['whose certificate is not trusted', {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [
    'whose certificate is for another name',
    { ca: CERTIFICATE_PEM, servername: 'example.com' },
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ],
])('a server %s fails the dial, and is reported once, with its code', async (_what, tls, code) => {
  expect(await dialed(tls)).toMatchObject({ report: { trigger: 'dial-failed', cause: { code } }, dials: 1 });
});
