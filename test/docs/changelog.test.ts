import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
const versions = changelog.split(/^## /m).slice(1);

const repeated = (lines: readonly string[]) => lines.filter((line, at) => lines.indexOf(line) !== at);

test('each section of a version stands there once', () => {
  expect(versions.flatMap((version) => repeated(version.match(/^###+ .*$/gm) ?? []))).toEqual([]);
});

test('each change stands there once', () => {
  expect(
    versions.flatMap((version) => repeated((version.match(/^- .*$/gm) ?? []).map((line) => line.slice(0, 60)))),
  ).toEqual([]);
});

test('what users have to act on comes first', () => {
  const order = ['### Changed', '### Removed', '### Added', '### Fixed'];
  for (const version of versions) {
    const sections: readonly string[] = version.match(/^### .*$/gm) ?? [];
    expect(sections).toEqual(order.filter((section) => sections.includes(section)));
  }
});
