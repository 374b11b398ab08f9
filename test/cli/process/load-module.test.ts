import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadModule } from '../../../src/cli/process/load-module.js';

const stripsTypes = 'typescript' in process.features && Boolean(process.features.typescript);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-modules-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function moduleOf(name: string, source: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, source);
  return file;
}

test('loads what a module exports', async () => {
  const file = await moduleOf('good.mjs', 'export const a = 1; export default 2;');
  expect({ ...(await loadModule(file, 'it')) }).toEqual({ a: 1, default: 2 });
});

test.each([
  ['throws.mjs', "throw new Error('no broker\\nat all')", /^it cannot be loaded: no broker$/],
  ['broken.mjs', 'export default {', /^it cannot be loaded: /],
  ['lacks.mjs', "import 'no-such-package';", /^it cannot be loaded: Cannot find package/],
])('%s gives one sentence', async (name, source, message) => {
  await expect(loadModule(await moduleOf(name, source), 'it')).rejects.toThrow(message);
});

test('one that is not there gives one sentence', async () => {
  await expect(loadModule(join(folder, 'none.mjs'), 'it')).rejects.toThrow(/^it does not exist\.$/);
});

test('TypeScript runs where Node.js strips types, and elsewhere is one sentence', async () => {
  const loaded = loadModule(await moduleOf('typed.ts', 'const a: number = 1; export default a;'), 'it');
  if (stripsTypes) expect((await loaded)['default']).toBe(1);
  else
    await expect(loaded).rejects.toThrow(
      `it is TypeScript, and Node.js ${process.version} does not strip types: compile it to JavaScript, or use Node.js 22.18 or later.`,
    );
});

test('TypeScript that is more than types says what to do', async () => {
  const code = 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
  const refused = `throw Object.assign(new Error('TypeScript enum is not supported'), { code: '${code}' });`;
  await expect(loadModule(await moduleOf('enum.mjs', refused), 'it')).rejects.toThrow(
    'it cannot be loaded: TypeScript enum is not supported; ' +
      'Node.js strips types only: write it otherwise, or compile it to JavaScript',
  );
});
