import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleInto } from './support/bundle.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Prints what a process that has loaded a module keeps on its heap. */
const PROGRAM = 'await import(process.env.LOADED); gc(); console.log(process.memoryUsage().heapUsed);';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wirekeeper-start-'));
  await symlink(join(root, 'node_modules'), join(home, 'node_modules'));
  await bundleInto(join(home, 'dist'));
});

afterAll(() => rm(home, { recursive: true, force: true }));

async function heapWith(file: string): Promise<number> {
  const env = { ...process.env, LOADED: pathToFileURL(file).href };
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--input-type=module', '-e', PROGRAM], { env });
  return Number(stdout);
}

describe('a process that loads the library', () => {
  // What survives the start makes V8's young generation grow, and V8 collects differently from 8 MiB on: docs/performance.md.
  test('keeps at most 2.6 MB more on its heap than one that loads ws', async () => {
    const [ours, ws] = await Promise.all([heapWith(join(home, 'dist/index.js')), heapWith(join(root, 'node_modules/ws/wrapper.mjs'))]);
    expect(ours - ws).toBeGreaterThan(0);
    expect(ours - ws).toBeLessThan(2_600_000);
  });
});
