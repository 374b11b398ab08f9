import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Prints what a process that has loaded a module keeps on its heap. */
const PROGRAM = 'await import(process.env.LOADED); gc(); console.log(process.memoryUsage().heapUsed);';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wirekeeper-start-'));
  await symlink(join(root, 'node_modules'), join(home, 'node_modules'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(home, 'dist')]);
  await writeFile(join(home, 'package.json'), JSON.stringify({ type: 'module' }));
});

afterAll(() => rm(home, { recursive: true, force: true }));

async function heapWith(file: string): Promise<number> {
  const env = { ...process.env, LOADED: pathToFileURL(file).href };
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--input-type=module', '-e', PROGRAM], { env });
  return Number(stdout);
}

describe('a process that loads the library', () => {
  // What survives the start makes V8's young generation grow, and V8 collects differently from 8 MiB on: docs/performance.md.
  test('keeps at most 3.2 MB more on its heap than one that loads ws', async () => {
    const [ours, ws] = await Promise.all([heapWith(join(home, 'dist/index.js')), heapWith(join(root, 'node_modules/ws/wrapper.mjs'))]);
    expect(ours - ws).toBeGreaterThan(0);
    expect(ours - ws).toBeLessThan(3_200_000);
  });
});
