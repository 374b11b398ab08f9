/**
 * A plugin of the bundler that has Node load the packages that the library always needs, and Node's own modules, by
 * `require()`. An `import` of a CommonJS package reads and parses each of its files twice and keeps both texts; that of
 * a module of Node's reads all that it exports: of `node:http` also a client for WebSockets, 2 MB from Node 22 on.
 *
 * What is used of them comes from `#rxjs`, `#ws`, and `#node`. For each of these package.json names two files: one in
 * dist/required, for Node, and one in dist/imported that imports, for bundlers. So a bundled program has the package
 * in it once, as the program's own imports find it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PREFIX = '\0required:';
const WS = '@wirekeeper/plain-ws';
const WS_PACKAGE = join('src', 'transport', 'ws', 'package', 'ws-package.ts');
/** What many programs never need. Only functions are taken from it: each loads it when it is first called. */
const LATE = ['node:crypto', 'node:v8', 'node:vm', 'node:zlib'];
const NAMED_IMPORT = /^(?:import|export) \{([^}]*)\} from '([^']+)';$/gm;

const aliasOf = (id) => {
  if (id === WS) return '#ws';
  if (id.startsWith('rxjs/')) return '#rxjs';
  // The bundler's own code imports it.
  return id.startsWith('node:') && id !== 'node:module' ? '#node' : undefined;
};

/** What the function that loads a module is called. */
const loaderOf = (id) => `load_${id.replaceAll(/\W+/g, '_')}`;

/** What the sources import by name, by the module it comes from. */
function namesImported(root) {
  const names = new Map();
  const src = join(root, 'src');
  for (const file of readdirSync(src, { recursive: true }).filter((path) => path.endsWith('.ts'))) {
    for (const [, list, from] of readFileSync(join(src, file), 'utf8').matchAll(NAMED_IMPORT)) {
      const values = list.split(',').map((item) => item.trim().split(' as ')[0]);
      const of = names.get(from) ?? new Set();
      for (const name of values) if (name !== '' && !name.startsWith('type ')) of.add(name);
      names.set(from, of);
    }
  }
  return names;
}

export function requiredPackages(root, dir) {
  const names = namesImported(root);
  const required = new Set([WS]);
  return {
    name: 'required-packages',
    resolveId(id, importer, { kind }) {
      if (importer === undefined || /^[./]/.test(id)) return undefined;
      if (kind !== 'import-statement' || aliasOf(id) === undefined)
        return { id, external: true, moduleSideEffects: false };
      required.add(id);
      return { id: PREFIX + id, moduleSideEffects: false };
    },
    load(id) {
      if (id === join(root, WS_PACKAGE)) return `export { ${loaderOf(WS)} as wsPackage } from '${aliasOf(WS)}';`;
      if (!id.startsWith(PREFIX)) return undefined;
      const from = id.slice(PREFIX.length);
      const load = loaderOf(from);
      const members = [...(names.get(from) ?? [])];
      return [
        `import { ${load} } from '${aliasOf(from)}';`,
        ...(LATE.includes(from)
          ? [
              'let module;',
              ...members.map((name) => `export const ${name} = (...args) => (module ??= ${load}()).${name}(...args);`),
            ]
          : [
              `const module = ${load}();`,
              ...members.map((name) => `export const ${name} = module.${name};`),
              'export default module;',
            ]),
      ].join('\n');
    },
    async writeBundle() {
      for (const alias of ['#node', '#rxjs', '#ws']) {
        const ids = [...required].filter((id) => aliasOf(id) === alias).toSorted();
        for (const [folder, text] of [
          ['required', requiring(ids)],
          ['imported', importing(ids)],
        ]) {
          await mkdir(join(dir, folder), { recursive: true });
          await writeFile(join(dir, folder, `${alias.slice(1)}.js`), text);
        }
      }
    },
  };
}

/** A file of functions that load modules. */
const requiring = (ids) =>
  [
    "import { createRequire } from 'node:module';\n\n",
    'const require = createRequire(import.meta.url);\n\n',
    ...ids.map((id) => `export const ${loaderOf(id)} = () => require('${id}');\n`),
  ].join('');

/** The same for bundlers: they leave out what is not called. */
const importing = (ids) =>
  [
    ...ids.map((id, index) => `import * as module${index} from '${id}';\n`),
    '\n',
    ...ids.map((id, index) => `export const ${loaderOf(id)} = () => module${index};\n`),
  ].join('');
