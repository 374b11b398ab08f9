import * as jose from 'jose';
import { expect, test } from 'vitest';
import { FRESH_FOR_MS, IssuerKeysError, issuerKeys, USABLE_FOR_MS } from '../../../src/adapters/jwt/issuer-keys.js';
import { Issuer } from './issuer.js';

const exp = Math.floor(Date.now() / 1000) + 3600;

async function verifying(issuer: Issuer) {
  let nowMs = 0;
  const keys = issuerKeys(new URL(issuer.url), () => nowMs, jose);
  const token = await issuer.sign({ exp });
  return {
    verify: () => jose.jwtVerify(token, keys),
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('fetches its keys again when they are old', async () => {
  await using issuer = await Issuer.start();
  const { verify, advance } = await verifying(issuer);
  await verify();
  advance(FRESH_FOR_MS);
  await verify();
  expect(issuer.fetches).toBe(1);
  advance(1);
  await verify();
  expect(issuer.fetches).toBe(2);
});

test('uses old keys for a time while they cannot be fetched, and asks now and then only', async () => {
  await using issuer = await Issuer.start();
  const { verify, advance } = await verifying(issuer);
  await verify();
  issuer.answer = { status: 500, body: '' };
  advance(FRESH_FOR_MS + 1);
  await verify();
  await verify();
  expect(issuer.fetches).toBe(2);
  advance(30_000);
  await verify();
  expect(issuer.fetches).toBe(3);
  advance(USABLE_FOR_MS);
  await expect(verify()).rejects.toBeInstanceOf(IssuerKeysError);
});
