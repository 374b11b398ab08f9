/**
 * Completes package-lock.json after an install from a registry mirror that lacks the builds of a tool for other
 * platforms: npm leaves them out of the file then, and `npm ci` refuses it ("Missing: ... from lock file"). Each gets
 * an entry with the exact version that its tool asks for and the platform that its name says, so that nobody else
 * fetches it.
 *
 * Run after `npm install`: `node scripts/complete-lockfile.mjs`, and with a folder's name for the lockfile of that folder.
 * Changes nothing when nothing is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];
const EXACT = /^\d+\.\d+\.\d+$/;

const [project = '.'] = process.argv.slice(2);
const file = new URL(`../${project}/package-lock.json`, import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

/** Whether a package at `path` finds `name`, in its own node_modules or in one above. */
function isFound(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}

/** What a name such as `@oxlint/binding-linux-arm-musleabihf` says of the platform. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${name} does not name its platform`);
  const libc = words.flatMap((word) => (word.startsWith('musl') ? ['musl'] : word.startsWith('gnu') ? ['glibc'] : []));
  return { os, cpu, libc };
}

const missing = Object.entries(lock.packages).flatMap(([path, { dev = false, optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !isFound(path, name))
    .map(([name, version]) => ({ name, version, dev })),
);

for (const { name, version, dev } of missing) {
  if (!EXACT.test(version)) throw new Error(`${name} is asked for as ${version}, which is no exact version`);
  const { os, cpu, libc } = platformOf(name);
  // In npm's own order of keys, so that its next write changes nothing.
  lock.packages[`node_modules/${name}`] = {
    version,
    cpu,
    ...(dev ? { dev } : {}),
    ...(libc.length > 0 ? { libc } : {}),
    optional: true,
    os,
  };
}

if (missing.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
}
console.log(`${missing.length} entries added`);
