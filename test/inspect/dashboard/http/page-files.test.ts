import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageFolder, readPage } from '../../../../src/inspect/dashboard/http/page-files.js';

async function aFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-page-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

test('the page is found from the sources, from an entry, and from what entries share', async () => {
  expect(pageFolder()).toMatch(/dist\/inspect\/dashboard\/page$/);
  await using scene = await aFolder();
  const { folder } = scene;
  const page = join(folder, 'dist/inspect/dashboard/page');
  await mkdir(page, { recursive: true });
  await writeFile(join(page, 'files.json'), '[]');
  const places = ['dist/shared/a.js', 'dist/inspect/dashboard/index.js', 'src/inspect/dashboard/http/a.ts'];
  expect(places.map((place) => pageFolder(join(folder, place)))).toEqual([page, page, page]);
});

test('where a bundler has left the page behind, the error says so', async () => {
  await using scene = await aFolder();
  expect(() => pageFolder(join(scene.folder, 'bundle.js'))).toThrow('leave wirekeeper out of your bundle');
});

test('reads the files that the build has listed, and no others', async () => {
  await using scene = await aFolder();
  const { folder } = scene;
  await writeFile(join(folder, 'files.json'), '{"version":"1.2.3","files":["index.html","main-0123456789ab.js"]}');
  await writeFile(join(folder, 'index.html'), '<p>');
  await writeFile(join(folder, 'main-0123456789ab.js'), '1');
  await writeFile(join(folder, 'secret.txt'), 'x');
  const { version, files } = readPage(folder);
  expect(version).toBe('1.2.3');
  expect([...files.keys()]).toEqual(['index.html', 'main-0123456789ab.js']);
  expect(files.get('index.html')).toMatchObject({ type: 'text/html; charset=utf-8', isHashed: false });
  expect(files.get('main-0123456789ab.js')).toMatchObject({ type: 'text/javascript; charset=utf-8', isHashed: true });
});
