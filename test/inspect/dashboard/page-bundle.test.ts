import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePage } from '../../../scripts/bundle-page.mjs';
import { connectionMachine } from '../../../src/machines/connection-machine.js';
import { dialerMachine } from '../../../src/machines/dialer-machine.js';
import { supervisorMachine } from '../../../src/machines/supervisor-machine.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a browser loads, compressed as a proxy would. */
const MOST_BYTES = 69_000;

let folder: string;
let names: string[];
const textOf = (name: string) => readFile(join(folder, name), 'utf8');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-page-'));
  await bundlePage(root, folder, {
    connection: connectionMachine,
    dialer: dialerMachine,
    supervisor: supervisorMachine,
  });
  names = await readdir(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('is one document, one script, and one style sheet, the latter two named by their contents', async () => {
  expect(names.toSorted()).toEqual([
    'files.json',
    'index.html',
    expect.stringMatching(/^main-[\da-f]{12}\.js$/),
    expect.stringMatching(/^style-[\da-f]{12}\.css$/),
  ]);
  const html = await textOf('index.html');
  for (const name of names.filter((other) => /^(?:main|style)-/.test(other))) expect(html).toContain(`"${name}"`);
});

test('has nothing in its document that a strict Content-Security-Policy forbids', async () => {
  const html = await textOf('index.html');
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i);
});

test('loads nothing from elsewhere', async () => {
  for (const name of names.filter((other) => other.endsWith('.css') || other.endsWith('.html')))
    expect(await textOf(name)).not.toMatch(/https?:|@import|url\((?!data:)/);
});

test(`has at most ${MOST_BYTES.toLocaleString('en')} bytes, compressed`, async () => {
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await textOf(name)).length));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
});
