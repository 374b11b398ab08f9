import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { JwtOptions } from '../../../src/adapters/jwt/index.js';
import { resolveJwt } from '../../../src/adapters/jwt/resolve-jwt.js';
import { OptionError } from '../../../src/index.js';

const pem = { type: 'spki', format: 'pem' } as const;
const secret = 'x'.repeat(64);
const publicKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export(pem).toString();
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).publicKey.export(pem).toString();
const ed25519 = generateKeyPairSync('ed25519').publicKey.export(pem).toString();
const x25519 = generateKeyPairSync('x25519').publicKey.export(pem).toString();
const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwksUrl = 'https://id.example/keys';

test.each<[JwtOptions, readonly string[]]>([
  [{ secret }, ['HS256']],
  [{ secret, algorithms: ['HS512'] }, ['HS512']],
  [{ secret: new Uint8Array(32) }, ['HS256']],
  [{ publicKey }, ['ES256']],
  [{ publicKey: ed25519 }, ['EdDSA', 'Ed25519']],
  [{ publicKey: rsa(2048) }, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
  [{ jwksUrl, algorithms: ['ES256'] }, ['ES256']],
  [{ jwksUrl: new URL('http://127.0.0.1:9/keys'), algorithms: ['RS256'] }, ['RS256']],
  [{ jwksUrl: 'http://keycloak:8080/keys', allowHttp: true, algorithms: ['RS256'] }, ['RS256']],
])('takes %j, with its algorithms', (options, algorithms) => {
  expect(resolveJwt(options).algorithms).toEqual(algorithms);
});

test('takes one issuer or several, and fills in what is not given', () => {
  expect(resolveJwt({ secret, issuer: 'a', audience: ['b', 'c'] })).toMatchObject({
    issuer: ['a'],
    audience: ['b', 'c'],
    clockToleranceMs: 5000,
    requiredClaims: ['exp'],
    tokenFrom: ['authorization'],
  });
});

test.each<[unknown, string, RegExp]>([
  [{}, 'options', /has 0 of jwksUrl, secret, and publicKey; exactly one/],
  [{ secret, publicKey }, 'options', /has 2 of/],
  [{ secret: 'short' }, 'secret', /has 5 bytes; HS256 needs 32 or more/],
  [{ secret: 'x'.repeat(40), algorithms: ['HS256', 'HS512'] }, 'secret', /has 40 bytes; HS256, HS512 needs 64/],
  [{ secret: 12_345 }, 'secret', /is of type number; it must be a text or bytes/],
  [{ secret, algorithms: ['none'] }, 'algorithms', /has "none"; with this key allowed are HS256, HS384, HS512/],
  [{ publicKey, algorithms: ['HS256'] }, 'algorithms', /has "HS256"; with this key allowed are ES256/],
  [{ jwksUrl, algorithms: ['HS256'] }, 'algorithms', /has "HS256"/],
  [{ jwksUrl, algorithms: [] }, 'algorithms', /is a list; it must be a text/],
  [{ publicKey: 'x' }, 'publicKey', /is no public key or certificate in PEM/],
  [{ publicKey: privateKey }, 'publicKey', /is a private key/],
  [{ publicKey: rsa(1024) }, 'publicKey', /is no key that tokens are signed with/],
  [{ publicKey: x25519 }, 'publicKey', /is no key that tokens are signed with/],
  [{ jwksUrl: 'keys.json' }, 'jwksUrl', /is no https: URL/],
  [{ jwksUrl: 'file:///keys' }, 'jwksUrl', /is no https: URL/],
  [{ jwksUrl: 'http://id.example/keys' }, 'jwksUrl', /of another machine, .*; use https:, or set allowHttp/],
  [{ secret, issuer: '' }, 'issuer', /is ""; it must be a text, or a list of them/],
  [{ secret, clockToleranceMs: -1 }, 'clockToleranceMs', /is -1; allowed are numbers of ms from 0 to 600000/],
  [{ secret, tokenFrom: [] }, 'tokenFrom', /is empty/],
  [{ secret, tokenFrom: 'query' }, 'tokenFrom', /is "query"; it must be a list/],
  [{ secret, tokenFrom: [{ query: '' }] }, 'tokenFrom[0]', /is an object; allowed are "authorization", \{ query \}/],
  [{ secret, tokenFrom: [{ query: 'a', cookie: 'b' }] }, 'tokenFrom[0]', /is an object; allowed are/],
  [{ secret, tokenFrom: [{ header: 'a' }] }, 'tokenFrom[0].header', /is not an option/],
  [{ secret, audiense: 'a' }, 'audiense', /did you mean audience\?/],
])('refuses %j, naming %s', (options, option, problem) => {
  try {
    resolveJwt(options as JwtOptions);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ option, problem: expect.stringMatching(problem) });
    expect((error as Error).message).not.toContain('12345');
  }
});
