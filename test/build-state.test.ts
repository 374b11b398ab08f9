import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildState } from '../scripts/build-state.mjs';

const root = mkdtempSync(join(tmpdir(), 'wirekeeper-build-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

test('a build is done again when what it is made of changes, or what it has made', () => {
  const seen: string[] = [];
  const differs = (act: () => void) => {
    act();
    const state = buildState(root);
    const isNew = !seen.includes(state);
    seen.push(state);
    return isNew;
  };
  expect(differs(() => write('src/room/one.ts', 'a'))).toBe(true);
  expect(differs(() => write('src/room/one.ts', 'b'))).toBe(true);
  expect(differs(() => write('src/room/two.ts', 'b'))).toBe(true);
  expect(differs(() => write('package.json', '{}'))).toBe(true);
  expect(differs(() => write('scripts/bundle.mjs', ''))).toBe(true);
  expect(differs(() => write('dist/index.js', 'made'))).toBe(true);
  expect(differs(() => write('dist/index.js', 'made by hand'))).toBe(true);
  expect(differs(() => utimesSync(join(root, 'dist/index.js'), 1, 1))).toBe(true);
  expect(differs(() => rmSync(join(root, 'src/room/two.ts')))).toBe(true);
  expect(differs(() => write('src/room/one.ts', 'b'))).toBe(false);
  expect(differs(() => write('test/index.test.ts', 'of no account'))).toBe(false);
  expect(differs(() => write('scripts/node_modules/x/index.js', 'of no account'))).toBe(false);
});
