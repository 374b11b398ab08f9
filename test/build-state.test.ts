import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stateOfDist, stateOfSources } from '../scripts/build-state.mjs';

const root = mkdtempSync(join(tmpdir(), 'wirekeeper-build-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

/** Whether each act leads to a state that was not seen before. */
function areNew(state: (root: string) => string, acts: readonly (() => void)[]): boolean[] {
  const seen = new Set<string>();
  return acts.map((act) => {
    act();
    return seen.size < seen.add(state(root)).size;
  });
}

test('a build is made of sources, scripts, settings, and packages, and of nothing else', () => {
  const changes = [
    () => write('src/room/one.ts', 'a'),
    () => write('src/room/one.ts', 'b'),
    () => write('src/room/two.ts', 'b'),
    () => write('package.json', '{}'),
    () => write('scripts/bundle.mjs', ''),
    () => write('node_modules/.package-lock.json', '{}'),
    () => rmSync(join(root, 'src/room/two.ts')),
  ];
  expect(areNew(stateOfSources, changes)).toEqual(changes.map(() => true));
  const others = [
    () => write('src/room/one.ts', 'b'),
    () => write('test/index.test.ts', 'x'),
    () => write('scripts/node_modules/x/index.js', 'x'),
    () => write('dist/index.js', 'x'),
  ];
  expect(areNew(stateOfSources, others)).toEqual([true, false, false, false]);
});

test('what it has made is known again by sizes and times', () => {
  const changes = [
    () => write('dist/index.js', 'made'),
    () => write('dist/index.js', 'made by hand'),
    () => utimesSync(join(root, 'dist/index.js'), 1, 1),
    () => write('dist/index.d.ts', 'made'),
    () => rmSync(join(root, 'dist/index.js')),
  ];
  expect(areNew(stateOfDist, changes)).toEqual(changes.map(() => true));
});
