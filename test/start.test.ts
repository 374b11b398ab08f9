import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleInto } from './support/bundle.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Prints what a process that has loaded a module keeps on its heap, in bytes. Once is not enough: now and then a first
 * collection leaves 0.2 MB that a later one frees.
 */
const PROGRAM = `
  await import(process.env.LOADED);
  for (let i = 0; i < 5; i += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(process.memoryUsage().heapUsed);`;

/** The same modules leave up to 0.2 MB more in one process than in another: the least of so many counts. */
const PROCESSES = 4;

/** Node.js 22 and later keep 1.7 MB more than 20 for the same modules. */
const MOST_MB = Number(process.versions.node.split('.', 1)[0]) < 22 ? 2.9 : 5;

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wirekeeper-start-'));
  await symlink(join(root, 'node_modules'), join(home, 'node_modules'));
  await bundleInto(join(home, 'dist'));
});

afterAll(() => rm(home, { recursive: true, force: true }));

async function heapWith(file: string): Promise<number> {
  const env = { ...process.env, LOADED: pathToFileURL(file).href };
  const args = ['--expose-gc', '--input-type=module', '-e', PROGRAM];
  const kept: number[] = [];
  while (kept.length < PROCESSES) {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    kept.push(Number(stdout));
  }
  return Math.min(...kept);
}

describe('a process that loads the library', () => {
  // From 8 MiB of heap on, V8 marks for the memory of buffers too, which costs large messages a third of their rate.
  test(`keeps at most ${MOST_MB} MB more on its heap than one that loads ws`, async () => {
    const entries = ['dist/index.js', 'node_modules/ws/wrapper.mjs'];
    const [ours = 0, ws = 0] = await Promise.all(entries.map((entry) => heapWith(join(home, entry))));
    expect(ours).toBeGreaterThan(ws);
    expect(ours - ws).toBeLessThan(MOST_MB * 1_000_000);
  });
});
