/**
 * Compiles the examples against the built package and runs one: `npm run example -- market-data-client [arguments]`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [name, ...args] = process.argv.slice(2);
const names = readdirSync(join(root, 'examples'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));

if (name === undefined || !names.includes(name)) {
  console.error(
    `${name === undefined ? 'Name an example' : `There is no example ${name}`}: npm run example -- <${names.join(' | ')}>`,
  );
  process.exit(1);
}

await install('examples');
// As users have it: the examples import the package by its name.
const linked = join(root, 'examples/node_modules/wirekeeper');
if (!existsSync(linked)) symlinkSync(root, linked, 'junction');

const compiled = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.examples.json')],
  { stdio: 'inherit' },
);
const program = join(root, 'examples/dist', `${name}.js`);
if (compiled.status !== 0 || !existsSync(program)) process.exit(1);

/** What the command line runs as a service. */
const SERVICES = ['service'];
const served = SERVICES.includes(name) ? [join(root, 'dist/cli/main.js'), 'serve'] : [];
const child = spawn(process.execPath, [...served, program, ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
