/**
 * Checks the package as its users get it: packs it, then looks at the tarball and at projects that have it installed.
 *
 * - publint and attw: the metadata is right, and every entry has its types (ESM only, by design).
 * - Each folder of test/types/ is a consumer of one entry and compiles with tsc, with just the packages around that the
 *   entry's types may need: the main entry has to do with RxJS, without the types of ws and XState, `skipLibCheck` off.
 *   Consumers that need the same packages are one project.
 * - packages/ws, which takes the place of ws, passes the same checks, and programs for @types/ws compile with it.
 * - A project that has just the package installed, and says nothing about Node, compiles test/types/unprepared/ however
 *   it finds modules, with and without `skipLibCheck`: also by other releases of TypeScript, if some are named
 *   (`npm run check:package -- 5.9 6`; they come from npm).
 * - Each program in README.md and docs/ (a TypeScript block with an import) compiles, and those that are marked with
 *   `run` run to their end.
 * - What its documents link to is in it, or has an address of its own.
 * - Each entry loads by `import` and by `require()`.
 * - What `wirekeeper init` writes can be installed, tested, and started.
 * - Each recipe of docs/frameworks.md compiles, starts, and stops.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compile, EMITS, TSC } from './compile.mjs';
import { codeBlocks, documents, relativeLinks } from './documents.mjs';
import { fromNpm } from './from-npm.mjs';
import { install } from './install.mjs';
import { inLanes } from './lanes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Packages that this repository has. */
const OUR_PACKAGES = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
const releases = process.argv.slice(2);
/** A program that only this script needs, and that it installs itself. */
const ownBin = (name) => join(root, 'scripts', 'node_modules', '.bin', name);

/**
 * The consumers in test/types/, those together that have the same packages around. XState's own declarations do not
 * pass `exactOptionalPropertyTypes`, so `skipLibCheck` is on beside them.
 */
const CONSUMERS = [
  {
    entries: 'main cluster dashboard express jwt messages nest service streams transport websocket ws'.split(' '),
    packages: ['rxjs'],
    skipLibCheck: false,
  },
  { entries: ['fastify'], packages: ['rxjs', 'fastify'], skipLibCheck: true },
  { entries: ['inspect', 'machines', 'testing'], packages: ['rxjs', 'xstate'], skipLibCheck: true },
  { entries: ['metrics'], packages: ['rxjs', 'prom-client', '@opentelemetry/api'], skipLibCheck: false },
  {
    entries: ['nats'],
    packages: ['rxjs', '@nats-io/transport-node', '@nats-io/jetstream', '@nats-io/nats-core'],
    skipLibCheck: true,
  },
  { entries: ['opentelemetry'], packages: ['rxjs', '@opentelemetry/api'], skipLibCheck: false },
  { entries: ['reconnect'], packages: [], skipLibCheck: false },
  { entries: ['redis'], packages: ['rxjs', '@redis/client'], skipLibCheck: true },
];

/** How a project may find modules, and what it may check; XState's declarations hold only where `isLoose`. */
const PROJECTS = [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
].flatMap(([module, moduleResolution]) => [
  { module, moduleResolution, skipLibCheck: true, exactOptionalPropertyTypes: true, isLoose: true },
  { module, moduleResolution, skipLibCheck: false, exactOptionalPropertyTypes: false, isLoose: true },
  { module, moduleResolution, skipLibCheck: false, exactOptionalPropertyTypes: true, isLoose: false },
]);

/** How long a program in the documents may run. */
const PROGRAM_WITHIN_MS = 30_000;

/** What a program may print. */
const MOST_OUTPUT_BYTES = 64 * 2 ** 20;

const work = mkdtempSync(join(tmpdir(), 'wirekeeper-package-'));
let failures = 0;

/** Runs one check, says what came of it, and goes on. Resolves with what the check returns, if it holds. */
async function check(what, act) {
  try {
    const result = await act();
    console.log(`ok      ${what}`);
    return result;
  } catch (error) {
    failures += 1;
    console.log(`FAILED  ${what}`);
    console.log([error.stdout, error.stderr, error.stdout === undefined ? error.stack : ''].filter(Boolean).join('\n'));
    return undefined;
  }
}

const runFile = promisify(execFile);

/** Resolves with what a program prints. */
async function run(command, args, cwd = root, options = {}) {
  const { stdout } = await runFile(command, args, { cwd, encoding: 'utf8', maxBuffer: MOST_OUTPUT_BYTES, ...options });
  return stdout;
}

/** Packs the package in a folder, which builds it, and unpacks it; returns both paths. */
async function pack(folder) {
  const args = ['pack', '--json', '--loglevel=error', '--pack-destination', work];
  const [{ filename }] = JSON.parse(await run('npm', args, join(root, folder)));
  const tarball = join(work, filename);
  const unpacked = join(work, 'unpacked', folder);
  mkdirSync(unpacked, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
  return { tarball, unpacked };
}

/**
 * Makes a project that has the package and the named ones installed. The package is a copy: it finds only what stands
 * beside it.
 */
function project(name, unpacked, packages) {
  const folder = join(work, name);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  cpSync(unpacked, join(folder, 'node_modules', manifest.name), { recursive: true });
  for (const dependency of packages.filter((installed) => existsSync(join(root, 'node_modules', installed)))) {
    const link = join(folder, 'node_modules', dependency);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', dependency), link, 'dir');
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  return folder;
}

/**
 * Makes a project that has just the package installed, with what npm brings along: copies, so that nothing else is
 * found.
 */
function freshProject(name, unpacked) {
  const folder = project(name, unpacked, []);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, { dev = false }] of Object.entries(packages)) {
    if (path.startsWith('node_modules/') && !dev && existsSync(join(root, path)))
      cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  cpSync(join(root, 'test/types/unprepared'), join(folder, 'src'), { recursive: true });
  return folder;
}

/** The checks of a project that has just the package installed, one for each compiler. */
function freshProjectChecks(unpacked) {
  const nodenext = PROJECTS.filter(({ module }) => module === 'nodenext');
  const compilers = [
    { name: 'TypeScript', tsc: () => TSC, projects: PROJECTS },
    ...releases.map((release) => ({
      name: `TypeScript ${release}`,
      tsc: () => join(fromNpm('typescript', release), 'bin/tsc'),
      projects: nodenext,
    })),
  ];
  return compilers.map(
    ({ name, tsc, projects }) =>
      () =>
        check(
          `a project that says nothing about Node compiles with ${name}, in ${projects.length} settings`,
          async () => {
            const folder = freshProject(name.replace(/\W+/g, '-'), unpacked);
            const compiler = { tsc: tsc() };
            for (const { isLoose, ...options } of projects) {
              // Without `types`, the compiler takes what its release takes by default.
              const include = [isLoose ? 'src' : 'src/main.ts'];
              await compile(folder, { ...options, types: undefined }, { ...compiler, include });
            }
          },
        ),
  );
}

/** @param beside more packages, by the names under which they are installed. */
function checkConsumers({ entries, packages, skipLibCheck }, unpacked, beside = {}) {
  const besides = [...packages, ...Object.keys(beside)].join(', ') || 'nothing';
  return check(`${entries.join(', ')} of test/types compile beside ${besides}`, async () => {
    const folder = project(`beside ${besides}`.replace(/\W+/g, '-'), unpacked, [...packages, '@types/node']);
    for (const [name, from] of Object.entries(beside))
      cpSync(from, join(folder, 'node_modules', name), { recursive: true });
    for (const entry of entries) {
      const source = join(root, 'test/types', entry);
      if (!existsSync(source) || readdirSync(source).length === 0) throw new Error(`there is no consumer ${entry}`);
      cpSync(source, join(folder, 'src', entry), { recursive: true });
    }
    await compile(folder, { skipLibCheck });
  });
}

/** Checks that no document in the package links to what is not in it. */
function checkLinks(unpacked) {
  return check('what its documents link to is in the package', () => {
    const dead = documents(unpacked).flatMap(({ path, text }) =>
      relativeLinks(text)
        .map((link) => join(dirname(path), link.split('#', 1)[0]))
        .filter((target) => !existsSync(join(unpacked, target)))
        .map((target) => `${path} links to ${target}, which is not in the package`),
    );
    if (dead.length > 0) throw new Error(dead.join('\n'));
  });
}

async function checkPrograms(unpacked) {
  const programs = documents(root).flatMap(({ path, text }) =>
    codeBlocks(text)
      .filter(({ language, code }) => language === 'ts' && /^import\b/m.test(code))
      .map(({ line, code, isRun }) => ({ name: `${path.replace(/\W+/g, '-')}-line-${line}`, code, isRun })),
  );
  const folder = project('documents', unpacked, OUR_PACKAGES);
  mkdirSync(join(folder, 'src'));
  for (const { name, code } of programs) writeFileSync(join(folder, 'src', `${name}.ts`), code);
  await check(`the ${programs.length} programs in the documents compile`, async () => {
    await compile(folder, EMITS);
  });
  for (const { name } of programs.filter(({ isRun }) => isRun))
    await check(`${name} runs to its end`, () =>
      run(process.execPath, [join('out', `${name}.js`)], folder, { timeout: PROGRAM_WITHIN_MS }),
    );
}

/** The checks that each entry loads, either way. */
function loadingChecks(unpacked) {
  const folder = project('loading', unpacked, Object.keys(manifest.dependencies));
  const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'));
  return entries
    .map((path) => path.replace(/^\./, manifest.name))
    .map(
      (entry) => () =>
        check(`${entry} loads by require() and by import`, () => {
          const program = `const load = async () => {
            for (const loaded of [require('${entry}'), await import('${entry}')])
              if (Object.keys(loaded).length === 0) throw new Error('exports nothing');
          };
          load();`;
          return run(process.execPath, ['--no-warnings', '--input-type=commonjs', '-e', program], folder);
        }),
    );
}

/** Checks the package that takes the place of ws. */
async function checkOverride(wirekeeper) {
  const packed = await check('npm pack of packages/ws', () => pack('packages/ws'));
  if (packed === undefined) return;
  const { tarball, unpacked } = packed;
  await check('publint of packages/ws', () => run(ownBin('publint'), ['run', tarball, '--strict']));
  await check('attw of packages/ws', () => run(ownBin('attw'), [tarball, '--profile', 'node16', '--no-color']));
  await check('packages/ws has the version of the package, and asks for it', () => {
    const { version, dependencies } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
    assert.deepEqual(
      { version, dependencies },
      {
        version: manifest.version,
        dependencies: { [manifest.name]: `^${manifest.version}` },
      },
    );
  });
  const consumer = { entries: ['overridden-ws'], packages: ['rxjs'], skipLibCheck: false };
  await checkConsumers(consumer, wirekeeper, { ws: unpacked });
}

function checkInit(tarball, unpacked) {
  const home = project('init', unpacked, Object.keys(manifest.dependencies));
  const folder = join(home, 'chat');
  return check('what wirekeeper init writes can be installed, tested, and started', async () => {
    await run(process.execPath, [join(home, 'node_modules', manifest.name, 'dist/cli/main.js'), 'init', folder]);
    await run(process.execPath, [join(root, 'scripts/check-init.mjs'), folder, tarball]);
  });
}

function checkRecipes(unpacked) {
  const folder = project('recipes', unpacked, OUR_PACKAGES);
  return check('the recipes for frameworks compile, start, and stop', () =>
    run(process.execPath, [join(root, 'scripts/check-recipes.mjs'), folder]),
  );
}

try {
  await install('scripts');
  const packed = await check('npm pack', () => pack('.'));
  if (packed !== undefined) {
    const { tarball, unpacked } = packed;
    // What takes longest begins first.
    await inLanes([
      () => checkInit(tarball, unpacked),
      ...freshProjectChecks(unpacked),
      () => checkPrograms(unpacked),
      () => checkRecipes(unpacked),
      () => checkOverride(unpacked),
      () => check('publint', () => run(ownBin('publint'), ['run', tarball, '--strict'])),
      () => check('attw', () => run(ownBin('attw'), [tarball, '--profile', 'esm-only', '--no-color'])),
      ...CONSUMERS.map((consumers) => () => checkConsumers(consumers, unpacked)),
      () => checkLinks(unpacked),
      ...loadingChecks(unpacked),
    ]);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
