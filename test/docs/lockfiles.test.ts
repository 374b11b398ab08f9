import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = [
  ...['', 'bench/', 'docs/site/', 'examples/', 'scripts/'],
  ...['test/browser/', 'test/ecosystem/', 'test/foreign/', 'test/next/', 'test/readers/'],
];

test.each(FOLDERS)('the lockfile in %s names no registry: npm takes the one that is configured', (folder) => {
  const lock = JSON.parse(readFileSync(`${root}${folder}package-lock.json`, 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
  };
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

test.each(FOLDERS)('the package in %s is not published from there, or is the main one', (folder) => {
  const manifest = JSON.parse(readFileSync(`${root}${folder}package.json`, 'utf8')) as { readonly private?: boolean };
  expect(manifest.private === true).toBe(folder !== '');
});
