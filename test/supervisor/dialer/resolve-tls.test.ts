import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { resolveTls } from '../../../src/supervisor/dialer/resolve-tls.js';
import { OptionError } from '../../../src/transport/errors.js';
import type { DialTlsOptions } from '../../../src/transport/transport.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../../support/certificate.js';
import { CLIENT_ONE_PFX } from '../../support/client-certificates.js';
import { fail, revoked, throwing } from '../../support/hostile.js';

const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
  format: 'pem',
  type: 'pkcs8',
}) as string;
const LOCKED_KEY = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
  format: 'pem',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: 'secret',
}) as string;

function refusal(tls: unknown): OptionError {
  try {
    resolveTls(tls as DialTlsOptions, 'dial: tls');
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test.each<[string, DialTlsOptions]>([
  ['nothing', {}],
  ['a certificate and its key', { cert: CERTIFICATE_PEM, key: KEY_PEM }],
  ['Buffers', { ca: Buffer.from(CERTIFICATE_PEM), cert: Buffer.from(CERTIFICATE_PEM), key: Buffer.from(KEY_PEM) }],
  ['lists', { ca: [CERTIFICATE_PEM, Buffer.from(CERTIFICATE_PEM)], cert: [CERTIFICATE_PEM], key: [{ pem: KEY_PEM }] }],
  ['a key with its passphrase', { key: LOCKED_KEY, passphrase: 'secret' }],
  ['a key that has its passphrase beside it', { key: [{ pem: LOCKED_KEY, passphrase: 'secret' }] }],
  ['a host name, and no check', { servername: 'example.com', rejectUnauthorized: false }],
  ['no host name at all', { servername: '' }],
  ['PKCS#12 with its passphrase', CLIENT_ONE_PFX],
  ['a list of PKCS#12', { pfx: [{ buf: CLIENT_ONE_PFX.pfx, passphrase: CLIENT_ONE_PFX.passphrase }] }],
  ['a version of TLS, and a check of its own', { minVersion: 'TLSv1.3', checkServerIdentity: fail }],
])('takes %s, and copies it', (_what, tls) => {
  const resolved = resolveTls(tls, 'dial: tls');
  expect(resolved).toEqual(tls);
  expect(resolved).not.toBe(tls);
});

const PFX = 'it must be the content of a PKCS#12 file as a Buffer, or a list of these or of { buf, passphrase }';
const VERSIONS = 'it must be one of "TLSv1", "TLSv1.1", "TLSv1.2", and "TLSv1.3"';
const PEMS = 'it must be PEM as a text or Buffer, no path of a file, or a list of these';

test.each<[unknown, string]>([
  [{ ca: 5 }, `dial: tls.ca is 5; ${PEMS}.`],
  [{ ca: './ca.pem' }, `dial: tls.ca is of type string; ${PEMS}.`],
  [{ key: Buffer.from('secret') }, `dial: tls.key is of type object; ${PEMS} or of { pem, passphrase }.`],
  [{ ca: {} }, `dial: tls.ca is of type object; ${PEMS}.`],
  [{ ca: null }, `dial: tls.ca is null; ${PEMS}.`],
  [{ ca: true }, `dial: tls.ca is true; ${PEMS}.`],
  [{ ca: [] }, `dial: tls.ca is an empty list; ${PEMS}.`],
  [{ ca: [CERTIFICATE_PEM, 5] }, `dial: tls.ca is a list; ${PEMS}.`],
  [{ cert: Symbol('s') }, `dial: tls.cert is of type symbol; ${PEMS}.`],
  [{ key: 5n }, `dial: tls.key is of type bigint; ${PEMS} or of { pem, passphrase }.`],
  [{ key: [{ pem: 5 }] }, `dial: tls.key is a list; ${PEMS} or of { pem, passphrase }.`],
  [{ key: [{ pem: KEY_PEM, passphrase: 5 }] }, `dial: tls.key is a list; ${PEMS} or of { pem, passphrase }.`],
  [{ pfx: './client.pfx' }, `dial: tls.pfx is of type string; ${PFX}.`],
  [{ pfx: Buffer.alloc(0) }, `dial: tls.pfx is of type object; ${PFX}.`],
  [{ pfx: [{ buf: 'x' }] }, `dial: tls.pfx is a list; ${PFX}.`],
  [{ pfx: [{ buf: CLIENT_ONE_PFX.pfx, passphrase: 5 }] }, `dial: tls.pfx is a list; ${PFX}.`],
  [{ minVersion: 'TLSv1.4' }, `dial: tls.minVersion is of type string; ${VERSIONS}.`],
  [{ minVersion: 1.3 }, `dial: tls.minVersion is 1.3; ${VERSIONS}.`],
  [{ checkServerIdentity: true }, 'dial: tls.checkServerIdentity is true; it must be a function.'],
  [{ passphrase: 5 }, 'dial: tls.passphrase is 5; it must be a text.'],
  [{ rejectUnauthorized: 0 }, 'dial: tls.rejectUnauthorized is 0; it must be true or false.'],
  [{ rejectUnauthorized: 'false' }, 'dial: tls.rejectUnauthorized is of type string; it must be true or false.'],
  [{ servername: 5 }, 'dial: tls.servername is 5; it must be a host name, no IP address (RFC 6066 section 3).'],
  [
    { servername: '127.0.0.1' },
    'dial: tls.servername is of type string; it must be a host name, no IP address (RFC 6066 section 3).',
  ],
  [{ rejectUnauthorised: false }, 'dial: tls.rejectUnauthorised is not an option; did you mean rejectUnauthorized?'],
  [
    { agent: {} },
    'dial: tls.agent is not an option; allowed are ca, cert, key, pfx, passphrase, minVersion, checkServerIdentity, ' +
      'rejectUnauthorized, servername.',
  ],
  [null, 'dial: tls is null; it must be an object.'],
  ['pem', 'dial: tls is "pem"; it must be an object.'],
])('refuses %o', (tls, message) => {
  expect(refusal(tls).message).toBe(message);
});

describe('refuses, with the reason as its cause,', () => {
  test.each<[string, DialTlsOptions, string]>([
    ['half a certificate', { cert: CERTIFICATE_PEM.slice(0, 200) }, 'cert'],
    ['half a key', { key: KEY_PEM.slice(0, 60) }, 'key'],
    ['a key of another certificate', { cert: CERTIFICATE_PEM, key: OTHER_KEY }, 'cert, key'],
    ['a key without its passphrase', { key: LOCKED_KEY }, 'key'],
    ['PKCS#12 with another passphrase', { ...CLIENT_ONE_PFX, passphrase: 'guess' }, 'pfx, passphrase'],
    ['PKCS#12 that is none', { pfx: Buffer.from('PKCS#12') }, 'pfx'],
    ['a key with another passphrase', { key: LOCKED_KEY, passphrase: 'guess' }, 'key, passphrase'],
  ])('%s', (_what, tls, names) => {
    const error = refusal(tls);
    expect(error.message).toBe(
      `dial: tls has a ${names} that cannot be used; they must be complete and fit each other.`,
    );
    expect(error.cause).toBeInstanceOf(Error);
  });

  test.each<[string, unknown, string]>([
    ['a getter', throwing('ca'), 'dial: tls.ca'],
    ['an entry of a list', { ca: new Proxy(['x'], { get: fail }) }, 'dial: tls.ca'],
    ['a key in a list', { key: [throwing('pem')] }, 'dial: tls.key'],
  ])('%s that throws', (_what, tls, name) => {
    expect(refusal(tls)).toMatchObject({
      message: `${name} threw when it was read; it must be a value that can be read.`,
      cause: expect.any(Error),
    });
  });

  test('a proxy that was revoked', () => {
    expect(refusal({ ca: revoked() }).message).toBe(`dial: tls.ca is of type object; ${PEMS}.`);
  });
});
