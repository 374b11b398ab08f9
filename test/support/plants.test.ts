import { expect, test } from 'vitest';
import { found, type Plant, plant } from './plants.js';

const odd: Plant = { place: 'odd', secret: 'pa"ss/wörd&=7Qz' };

test.each<[string, (secret: string) => string]>([
  ['as it is', (secret) => `a ${secret} b`],
  ['in other case', (secret) => secret.toUpperCase()],
  ['percent-encoded', (secret) => `?a=${encodeURIComponent(secret)}`],
  ['as JSON', (secret) => JSON.stringify({ a: secret })],
  ['as JSON within JSON', (secret) => JSON.stringify(JSON.stringify({ a: secret }))],
  ['as base64', (secret) => Buffer.from(secret).toString('base64')],
  ['as base64 behind one byte', (secret) => Buffer.from(`:${secret}:`).toString('base64')],
  ['as base64 behind two bytes', (secret) => Buffer.from(`u:${secret}+++`).toString('base64')],
  ['as base64url', (secret) => Buffer.from(`id:${secret}`).toString('base64url')],
  ['as a buffer in JSON', (secret) => JSON.stringify(Buffer.from(secret))],
  ['as hexadecimal digits', (secret) => Buffer.from(secret).toString('hex')],
])('finds a secret %s', (_how, written) => {
  for (const one of [plant('a frame'), odd]) expect(found([one], `x${written(one.secret)}x`)).toHaveLength(1);
});

test('finds no secret where there is none, and tells the places apart', () => {
  const [one, two] = [plant('a frame'), plant('a reason')];
  expect(found([one, two, odd], JSON.stringify({ a: 'no secret', b: [1, 2, 3] }))).toEqual([]);
  expect(found([one, two], `... ${two.secret}`)).toEqual([`a reason: ... ${two.secret}`]);
});
