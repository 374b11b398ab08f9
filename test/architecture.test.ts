import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  brokenArrows,
  brokenMirror,
  crowdedRooms,
  forbiddenWords,
  importersOf,
  loadersOf,
  oldWords,
  packagesBehind,
  unfitLengths,
  wideLines,
} from './support/house-rules.js';
import { exportedNames } from './support/public-list.js';
import { importsOf, readTree, type SourceTree } from './support/source-tree.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOR_BROWSERS = ['reconnect/index.d.ts'];
const COMPILED_WITHIN_MS = 60_000;

let src: SourceTree;
/** `src` with the page's components. */
let withPage: SourceTree;
let tests: SourceTree;
let javaScript: SourceTree;
let declarations: SourceTree;
let outDir: string;

/** Compiles `src`. The type check reports type errors; here only the output matters. */
function compile(into: string): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [
        tsc,
        '-p',
        join(root, 'tsconfig.build.json'),
        '--emitDeclarationOnly',
        'false',
        '--outDir',
        into,
        '--tsBuildInfoFile',
        join(into, '.tsbuildinfo'),
      ],
      () => resolve(),
    ),
  );
}

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'wirekeeper-architecture-'));
  await compile(outDir);
  [src, tests, javaScript, declarations] = await Promise.all([
    readTree(join(root, 'src')),
    readTree(join(root, 'test'), '.test.ts'),
    readTree(outDir, '.js'),
    readTree(outDir, '.d.ts'),
  ]);
  withPage = new Map([...src, ...(await readTree(join(root, 'src'), '.tsx'))]);
}, COMPILED_WITHIN_MS);

afterAll(() => rm(outDir, { recursive: true, force: true }));

test('arrows run down only', () => {
  expect(brokenArrows(withPage)).toEqual([]);
});

test('ws is imported by exactly one file, by a name that no override of ws takes', () => {
  expect(importersOf(src, '@wirekeeper/plain-ws')).toHaveLength(1);
  // By this name a project's override would put the package that stands on us in its place.
  expect(importersOf(src, 'ws')).toEqual([]);
});

test('RxJS is loaded by exactly one file', () => {
  expect(loadersOf(src, 'rxjs')).toEqual(['transport/rxjs.ts']);
});

test('every source file was compiled', () => {
  // The page is for browsers: the bundler makes it, and nobody imports it.
  const files = [...src.keys()].filter((file) => !file.startsWith('inspect/dashboard/page/'));
  expect([...declarations.keys()]).toEqual(files.map((file) => file.replace(/\.ts$/, '.d.ts')));
});

test('no entry shows the types of ws: a program has not installed them', () => {
  const entries = [...declarations.keys()].filter((path) => path.endsWith('index.d.ts'));
  expect(entries.length).toBeGreaterThan(10);
  const ways = entries.flatMap((entry) => [...packagesBehind(declarations, entry).values()]);
  expect(ways.filter((way) => /-> (?:ws|@types\/ws|@wirekeeper\/plain-ws)$/.test(way))).toEqual([]);
});

test('the main entry shows the types of RxJS, and of no other package', () => {
  expect([...packagesBehind(declarations, 'index.d.ts').values()].filter((way) => !way.endsWith(' -> rxjs'))).toEqual(
    [],
  );
});

test('every entry says that it needs the types of Node, except those for browsers', async () => {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly types?: string }>>;
  };
  const entries = Object.values(exports)
    .flatMap(({ types }) => types?.replace('./dist/', '') ?? [])
    .filter((entry) => !FOR_BROWSERS.includes(entry));
  expect(entries.length).toBeGreaterThan(0);
  expect(entries.filter((entry) => !importsOf(declarations.get(entry) ?? '').includes('node'))).toEqual([]);
});

test('test/ mirrors src/', () => {
  expect(brokenMirror(src, tests.keys(), javaScript)).toEqual([]);
});

test('files are short, and neither crumbs nor heaps', () => {
  expect(unfitLengths(withPage)).toEqual([]);
});

test('no room is crowded', () => {
  expect(crowdedRooms(withPage)).toEqual([]);
});

test('no line is wider than 120 characters', () => {
  expect(wideLines(withPage)).toEqual([]);
});

test('comments, texts, and names are in plain words', () => {
  expect(oldWords(withPage)).toEqual([]);
});

test('no file or identifier is called by a forbidden word', () => {
  expect(forbiddenWords(withPage)).toEqual([]);
});

const MOST_NAMES = 100;

test(`the main entry has at most ${MOST_NAMES} names`, () => {
  expect(exportedNames(src.get('index.ts') ?? '').length).toBeLessThanOrEqual(MOST_NAMES);
});

describe.each([
  ["A frame's way from socket to handler", 8],
  ["A close's way to its report", 11],
])('%s, in CONTRIBUTING.md', (title, most) => {
  test(`is read in at most ${most} files, each of which is there`, async () => {
    const contributing = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8');
    const section = contributing.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
    const files = [...section.matchAll(/^\d+\. `src\/([^`]+)`: /gm)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(0);
    expect(files.length).toBeLessThanOrEqual(most);
    expect(files.filter((file) => file === undefined || !src.has(file))).toEqual([]);
  });
});

describe.each([
  ['wirekeeper', 'index.ts'],
  ['wirekeeper/dashboard', 'inspect/dashboard/index.ts'],
  ['wirekeeper/inspect', 'inspect/index.ts'],
  ['wirekeeper/metrics', 'inspect/metrics/index.ts'],
  ['wirekeeper/opentelemetry', 'inspect/opentelemetry/index.ts'],
  ['wirekeeper/express', 'adapters/express/index.ts'],
  ['wirekeeper/fastify', 'adapters/fastify/index.ts'],
  ['wirekeeper/cluster', 'cluster/index.ts'],
  ['wirekeeper/nats', 'adapters/nats/index.ts'],
  ['wirekeeper/redis', 'adapters/redis/index.ts'],
  ['wirekeeper/jwt', 'adapters/jwt/index.ts'],
  ['wirekeeper/streams', 'adapters/streams/index.ts'],
  ['wirekeeper/machines', 'machines/index.ts'],
  ['wirekeeper/messages', 'adapters/messages/index.ts'],
  ['wirekeeper/nest', 'adapters/nest/index.ts'],
  ['wirekeeper/reconnect', 'reconnect/index.ts'],
  ['wirekeeper/service', 'service/index.ts'],
  ['wirekeeper/testing', 'testing/index.ts'],
  ['wirekeeper/transport', 'transport/index.ts'],
  ['wirekeeper/websocket', 'adapters/websocket/index.ts'],
  ['wirekeeper/ws', 'adapters/ws/index.ts'],
])('the entry %s', (_entry, index) => {
  test('is a list of names, none twice', () => {
    const names = exportedNames(src.get(index) ?? '');
    expect(names).not.toEqual([]);
    expect(names).toEqual([...new Set(names)]);
  });
});
