import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAuth } from '../../../src/cli/config/read-auth.js';
import { OptionError } from '../../../src/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-auth-'));
  await writeFile(join(folder, 'secret'), `${'x'.repeat(32)}\n`);
  await writeFile(join(folder, 'short'), 'secret\n');
});
afterAll(() => rm(folder, { recursive: true }));

const read = (jwt: Parameters<typeof readAuth>[0]['jwt']) => readAuth({ jwt }, 'service.json', 'auth', folder);

test('makes a check of tokens, with files beside the configuration', async () => {
  expect(await read({ secretFile: 'secret', issuer: 'a' })).toBeTypeOf('function');
});

test.each([
  [{ secretFile: 'none' }, /^service\.json: auth\.jwt\.secretFile: none cannot be read: ENOENT/],
  [{ publicKeyFile: 'none' }, /^service\.json: auth\.jwt\.publicKeyFile: none cannot be read: ENOENT/],
  [{ secretFile: 'short' }, /^service\.json: auth\.jwt\.secret has 6 bytes; HS256 needs 32 or more/],
  [{ jwksUrl: 'nowhere' }, /^service\.json: auth\.jwt\.jwksUrl is no https: URL/],
  [{ secretFile: 'secret', algorithms: ['none'] }, /^service\.json: auth\.jwt\.algorithms has "none"/],
])('%j is one sentence with its place', async (jwt, message) => {
  const failed = read(jwt);
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.toBeInstanceOf(OptionError);
});
