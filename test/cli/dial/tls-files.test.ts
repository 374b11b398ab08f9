import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tlsOf } from '../../../src/cli/dial/tls-files.js';
import { OptionError } from '../../../src/index.js';
import { TLS_IDENTITY } from '../../support/tls-identity.js';

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirekeeper-tls-files-'));
  writeFileSync(file('cert.pem'), TLS_IDENTITY.cert);
  writeFileSync(file('key.pem'), TLS_IDENTITY.key);
  writeFileSync(file('both.pem'), TLS_IDENTITY.cert + TLS_IDENTITY.key);
  writeFileSync(file('notes.txt'), 'no PEM');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('without files there is nothing to set', async () => {
  expect(await tlsOf({ insecure: false })).toEqual({});
  expect(await tlsOf({ insecure: true })).toEqual({ rejectUnauthorized: false });
});

test('reads the files', async () => {
  const given = {
    ca: file('cert.pem'),
    cert: file('cert.pem'),
    key: file('key.pem'),
    passphrase: 'x',
    insecure: false,
  };
  expect(await tlsOf(given)).toEqual({
    ca: Buffer.from(TLS_IDENTITY.cert),
    cert: Buffer.from(TLS_IDENTITY.cert),
    key: Buffer.from(TLS_IDENTITY.key),
    passphrase: 'x',
  });
});

test('takes the key from the file of the certificate when that has one', async () => {
  const both = Buffer.from(TLS_IDENTITY.cert + TLS_IDENTITY.key);
  expect(await tlsOf({ cert: file('both.pem'), insecure: false })).toEqual({ cert: both, key: both });
});

test.each([
  [{ ca: 'missing.pem' }, /^--ca \S*missing\.pem cannot be read: ENOENT/],
  [{ ca: 'notes.txt' }, /^--ca \S*notes\.txt has no PEM of a certificate\.$/],
  [{ cert: 'cert.pem', key: 'cert.pem' }, /^--key \S*cert\.pem has no PEM of a private key\.$/],
  [{ cert: 'cert.pem' }, /^--cert needs --key, the file of its private key\.$/],
  [{ key: 'key.pem' }, /^--key needs --cert, the file of its certificate\.$/],
])('refuses %j in one sentence', async (names, sentence) => {
  const files = Object.fromEntries(Object.entries(names).map(([option, name]) => [option, file(name)]));
  const error = await tlsOf({ ...files, insecure: false }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OptionError);
  expect((error as OptionError).message).toMatch(sentence);
});
