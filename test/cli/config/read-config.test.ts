import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig, readConfig } from '../../../src/cli/config/read-config.js';
import { OptionError } from '../../../src/index.js';

const ECHO = { listeners: [{ path: '/echo', behaviour: 'echo' }] };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('reads a file, also one with a byte order mark', async () => {
  const file = join(folder, 'service.json');
  await writeFile(file, `\u{feff}${JSON.stringify(ECHO)}\n`);
  expect(await readConfig(file)).toMatchObject(ECHO);
});

test('says which file cannot be read, and why', async () => {
  const file = join(folder, 'missing.json');
  const message = `${file} cannot be read: ENOENT: no such file or directory, open '${file}'.`;
  await expect(readConfig(file)).rejects.toThrow(new OptionError(message));
});

test.each([
  ['{\n  "port": 1,\n}', 'a.json is no JSON: line 3, column 1 must be a name in double quotes.'],
  ['{ "port": "x" }', 'a.json: port is "x"; it must be an integer from 0 to 65535.'],
])('refuses %j', (text, message) => {
  expect(() => parseConfig(text, 'a.json')).toThrow(new OptionError(message));
});
