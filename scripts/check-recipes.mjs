/**
 * Checks the recipes of docs/frameworks.md as users have them: in a project with the package as it is packed, each is
 * compiled, started on a free port, and stopped by Ctrl-C.
 *
 *     node scripts/check-recipes.mjs folder
 *
 * The folder has the package in its node_modules, and packages of this repository beside it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compile, EMITS } from './compile.mjs';
import { install } from './install.mjs';

const WITHIN_MS = 30_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = join(root, 'examples');
const [folder = ''] = process.argv.slice(2);

/** The names of the recipes that the document links to. */
const document = readFileSync(join(root, 'docs/frameworks.md'), 'utf8');
const recipes = new Set([...document.matchAll(/\(\.\.\/examples\/([\w-]+)\.ts\)/g)].map(([, name]) => name));

/** Links the packages that only the examples have, with their types, beside those of the project. */
function linkFrameworks() {
  const from = join(examples, 'node_modules');
  const names = readdirSync(from).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(from, name)).map((each) => join(name, each)) : [name],
  );
  for (const name of names.filter((each) => !each.startsWith('.'))) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(join(link, '..'), { recursive: true });
    if (!existsSync(link)) symlinkSync(join(from, name), link, 'dir');
  }
}

/** @throws {Error} unless the recipe says that it serves, and ends by itself when it is told to. */
async function startAndStop(name) {
  const program = spawn(process.execPath, [join('out', `${name}.js`)], {
    cwd: folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(program, 'exit');
  const timer = setTimeout(() => program.kill('SIGKILL'), WITHIN_MS);
  let isServing = false;
  for await (const line of createInterface({ input: program.stdout })) {
    if (!line.startsWith('Serving on')) continue;
    isServing = true;
    program.kill('SIGINT');
  }
  const [status, signal] = await exited;
  clearTimeout(timer);
  if (!isServing || status !== 0) throw new Error(`${name} ended with ${status ?? signal}, serving: ${isServing}`);
}

if (recipes.size === 0) throw new Error('docs/frameworks.md links to no recipe');
await install('examples');
linkFrameworks();
mkdirSync(join(folder, 'src'));
for (const name of recipes) cpSync(join(examples, `${name}.ts`), join(folder, 'src', `${name}.ts`));
await compile(folder, EMITS);
for (const name of recipes) await startAndStop(name);
