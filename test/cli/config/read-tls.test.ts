import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTls } from '../../../src/cli/config/read-tls.js';
import { TLS_IDENTITY } from '../../support/tls-identity.js';

const { cert, key } = TLS_IDENTITY;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-tls-'));
  await writeFile(join(folder, 'cert.pem'), cert);
  await writeFile(join(folder, 'key.pem'), key);
});
afterAll(() => rm(folder, { recursive: true }));

test('reads files beside the configuration', async () => {
  expect(await readTls({ certFile: 'cert.pem', keyFile: 'key.pem', minVersion: 'TLSv1.3' }, folder)).toEqual({
    cert: Buffer.from(cert),
    key: Buffer.from(key),
    minVersion: 'TLSv1.3',
  });
});

test('with authorities of clients, nobody else is let in', async () => {
  const settings = await readTls({ certFile: 'cert.pem', keyFile: 'key.pem', clientCaFile: 'cert.pem' }, folder);
  expect(settings).toMatchObject({ ca: Buffer.from(cert), requestCert: true, rejectUnauthorized: true });
});

test.each([
  [{ certFile: 'none.pem', keyFile: 'key.pem' }, /^tls\.certFile: none\.pem cannot be read: ENOENT/],
  [{ certFile: 'cert.pem', keyFile: 'none.pem' }, /^tls\.keyFile: none\.pem cannot be read: ENOENT/],
  [
    { certFile: 'cert.pem', keyFile: 'key.pem', clientCaFile: 'none.pem' },
    /^tls\.clientCaFile: none\.pem cannot be read: ENOENT/,
  ],
  [{ certFile: 'key.pem', keyFile: 'cert.pem' }, /^tls: key\.pem and cert\.pem cannot be used: /],
])('%j is one sentence', async (settings, message) => {
  await expect(readTls(settings, folder)).rejects.toThrow(message);
});
