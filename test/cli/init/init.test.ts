import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { init } from '../../../src/cli/init/init.js';
import { start } from '../fake-terminal.js';

const FILES = ['.gitignore', 'README.md', 'package.json', 'rooms.js', 'rooms.test.js', 'service.js'];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirekeeper-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const nameIn = (path: string) =>
  (JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { name: string }).name;

test('writes a service into a folder that it makes, and says what to do next', async () => {
  const path = join(folder, 'deep', 'chat');
  const { terminal, status } = start('init', path);
  expect(await status).toBe(0);
  expect(readdirSync(path).toSorted()).toEqual(FILES);
  expect(terminal.stdout.text).toMatch(/^wrote package\.json, .* into .*\nnext:\n {2}cd .*\n {2}npm install\n/);
});

test('writes beside files that are not in the way', async () => {
  writeFileSync(join(folder, 'LICENSE'), 'mine');
  await init({ folder }, '1.2.3');
  expect(readdirSync(folder).toSorted()).toEqual(['.gitignore', 'LICENSE', ...FILES.slice(1)]);
});

test.each(FILES)('overwrites nothing: with a %s there it writes no file, and says so in one sentence', async (name) => {
  writeFileSync(join(folder, name), 'mine');
  const { terminal, status } = start('init', folder);
  expect(await status).toBe(2);
  expect(terminal.stderr.text).toMatch(/^wirekeeper: .* is there already; init overwrites nothing, [^\n]*\n$/);
  expect(readdirSync(folder)).toEqual([name]);
  expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
});

test('a file in the place of the folder is one sentence, and status 2', async () => {
  writeFileSync(join(folder, 'taken'), '');
  const { terminal, status } = start('init', join(folder, 'taken'));
  expect(await status).toBe(2);
  expect(terminal.stderr.text).toMatch(/^wirekeeper: .*taken cannot be written: EEXIST[^\n]*\n$/);
});

test.each([
  ['chat', 'chat'],
  ['My Chat (2)', 'my-chat-2'],
  ['.hidden', 'hidden'],
  ['ünï', 'n'],
  ['---', 'service'],
  ['wirekeeper', 'service'],
])('of a folder named %j the package is %s', async (name, expected) => {
  const path = join(folder, name);
  mkdirSync(path);
  await init({ folder: path }, '1.2.3');
  expect(nameIn(path)).toBe(expected);
});
