/** Dials to a server that wants to know its clients: PEM, PKCS#12, rotation, and what this side wants of the server. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { connect, createSupervisor, type DialOptions, type DialTlsOptions } from '../../src/index.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../support/certificate.js';
import { CLIENT_AUTHORITY, CLIENT_ONE, CLIENT_ONE_PFX, CLIENT_TWO } from '../support/client-certificates.js';
import { eventually } from '../support/eventually.js';

const TRUST = { ca: CERTIFICATE_PEM, servername: 'localhost' };

/** A service over TLS that closes with 1012 after it has noted who came; strangers get no TLS. */
async function service(options: { readonly maxVersion?: 'TLSv1.2' } = {}) {
  const server = createServer({
    cert: CERTIFICATE_PEM,
    key: KEY_PEM,
    ca: CLIENT_AUTHORITY,
    requestCert: true,
    rejectUnauthorized: true,
    ...options,
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const names: unknown[] = [];
  const protocols: unknown[] = [];
  server.on('secureConnection', (socket: TLSSocket) => {
    names.push(socket.getPeerCertificate().subject?.CN);
    protocols.push(socket.getProtocol());
  });
  const supervisor = createSupervisor({ name: 'service' });
  await supervisor.listen({ server, handler: () => ({ code: 1012 }) });
  onTestFinished(async () => {
    await supervisor.stop();
    server.close();
  });
  return { url: `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`, names, protocols };
}

/** Dials until the server has seen so many, and returns the reports. */
async function dialed(options: Pick<DialOptions, 'url' | 'tls'>, times = 1) {
  const supervisor = createSupervisor();
  onTestFinished(() => supervisor.stop().then(() => {}));
  const dialer = supervisor.dial({
    ...options,
    backoff: { initialMs: 1, maxMs: 1, firstWithinMs: 0 },
    retry: () => (supervisor.endings.length < times ? 'retry' : 'stop'),
    handler: (connection) => connection.closed.then(() => {}),
  });
  await dialer.ended;
  return supervisor.endings;
}

test.each<[string, DialTlsOptions]>([
  ['a certificate and a key', { cert: CLIENT_ONE.cert, key: CLIENT_ONE.key }],
  ['PKCS#12 with its passphrase', { ...CLIENT_ONE_PFX }],
  [
    'PKCS#12 in a list, with its passphrase beside it',
    { pfx: [{ buf: CLIENT_ONE_PFX.pfx, passphrase: CLIENT_ONE_PFX.passphrase }] },
  ],
])('the server learns who dials: %s', async (_what, identity) => {
  const { url, names } = await service();
  expect(await dialed({ url, tls: { ...TRUST, ...identity } })).toMatchObject([{ trigger: 'peer-closed', code: 1012 }]);
  expect(names).toEqual([CLIENT_ONE.name]);
});

test('without a certificate the dial fails, and is reported', async () => {
  const { url, names } = await service();
  const [report] = await dialed({ url, tls: TRUST });
  expect(report).toMatchObject({ trigger: 'dial-failed', cause: expect.any(Error) });
  expect(names).toEqual([]);
});

test('a function gives each attempt the certificate of the day', async () => {
  const { url, names } = await service();
  const attempts: number[] = [];
  const reports = await dialed(
    {
      url,
      tls: async ({ attempt, epoch, lastReport }) => {
        attempts.push(epoch);
        expect(attempt).toBeGreaterThan(0);
        expect(lastReport?.code).toBe(epoch === 1 ? undefined : 1012);
        const { cert, key } = epoch === 1 ? CLIENT_ONE : CLIENT_TWO;
        return { ...TRUST, cert, key };
      },
    },
    3,
  );
  expect(reports.map(({ code }) => code)).toEqual([1012, 1012, 1012]);
  expect(attempts).toEqual([1, 2, 3]);
  expect(names).toEqual([CLIENT_ONE.name, CLIENT_TWO.name, CLIENT_TWO.name]);
});

test.each<[string, () => unknown, string]>([
  ['returns what cannot be used', () => ({ cert: CLIENT_ONE.cert, key: CLIENT_TWO.key }), 'tls has a cert, key that'],
  ['returns the path of a file', () => ({ cert: '/etc/cert.pem' }), 'tls.cert is of type string'],
  ['returns nothing', () => undefined, 'tls is undefined; it must be an object'],
  [
    'throws',
    () => {
      throw new Error('the vault is sealed');
    },
    'the vault is sealed',
  ],
])('a function that %s fails its attempt', async (_what, tls, says) => {
  const [report] = await dialed({ url: 'wss://127.0.0.1:1/', tls: tls as never });
  expect(report).toMatchObject({ trigger: 'dial-failed', cause: { message: expect.stringContaining(says) } });
});

test('minVersion refuses a server that speaks less', async () => {
  const { url, protocols } = await service({ maxVersion: 'TLSv1.2' });
  const tls = { ...TRUST, cert: CLIENT_ONE.cert, key: CLIENT_ONE.key };
  expect(await dialed({ url, tls: { ...tls, minVersion: 'TLSv1.3' } })).toMatchObject([{ trigger: 'dial-failed' }]);
  expect(await dialed({ url, tls: { ...tls, minVersion: 'TLSv1.2' } })).toMatchObject([{ trigger: 'peer-closed' }]);
  expect(protocols).toEqual(['TLSv1.2']);
});

test('checkServerIdentity may pin the certificate of the server', async () => {
  const { url } = await service();
  const seen: (string | undefined)[] = [];
  const pinned =
    (fingerprint: string) =>
    (host: string, { fingerprint256 }: PeerCertificate) => {
      seen.push(`${host} ${fingerprint256.length}`);
      return fingerprint256 === fingerprint ? undefined : new Error('another certificate than the one that was pinned');
    };
  const tls = { ...TRUST, cert: CLIENT_ONE.cert, key: CLIENT_ONE.key };
  const [report] = await dialed({ url, tls: { ...tls, checkServerIdentity: pinned('AA:BB') } });
  expect(report).toMatchObject({
    trigger: 'dial-failed',
    cause: { message: 'another certificate than the one that was pinned' },
  });
  expect(seen).toEqual(['localhost 95']);
});

test('connect takes the same', async () => {
  const { url, names } = await service();
  await using connection = await connect(url, { tls: () => ({ ...TRUST, ...CLIENT_ONE_PFX }) });
  await eventually(() => names.length === 1);
  expect(await connection.closed).toMatchObject({ code: 1012 });
});
