/**
 * Builds the documentation as a site that can be read offline: `npm run docs` writes it into docs/site/out/.
 *
 * TypeDoc makes a page for each public name, with an anchor for each member, and a page for each guide. It lives in
 * this folder with its own TypeScript, since it takes none newer than 6; both are installed here when they are missing.
 * A broken link, or a public name without documentation, is a failure.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from '../../scripts/install.mjs';
import { projectReference } from '../../scripts/reference.mjs';
import { GUIDES, pageOf } from './pages.mjs';

const site = dirname(fileURLToPath(import.meta.url));
const root = join(site, '../..');
const out = join(site, 'out');
/** The documents as TypeDoc takes them, laid out as in the project. */
const pages = join(site, 'pages');

/** Writes the pages; returns their paths in the order of the guides. */
function writePages(entries, repository) {
  rmSync(pages, { recursive: true, force: true });
  mkdirSync(join(pages, 'docs'), { recursive: true });
  for (const image of readdirSync(join(root, 'docs')).filter((name) => /\.(?:svg|png)$/.test(name)))
    copyFileSync(join(root, 'docs', image), join(pages, 'docs', image));
  for (const path of ['README.md', ...GUIDES]) {
    const text = readFileSync(join(root, path), 'utf8');
    writeFileSync(join(pages, path), pageOf(path, text, { entries, repository }));
  }
  return GUIDES.map((path) => join(pages, path));
}

await install('docs/site');
const { homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const repository = homepage.replace(/#.*/, '');
const entries = projectReference(root);
const documents = writePages(entries, repository);
rmSync(out, { recursive: true, force: true });

const { Application, Converter, ReflectionKind } = await import('typedoc');
const app = await Application.bootstrapWithPlugins({
  entryPoints: entries.map(({ index }) => join(root, 'src', index)),
  tsconfig: join(root, 'tsconfig.build.json'),
  readme: join(pages, 'README.md'),
  projectDocuments: documents,
  out,
  name: 'wirekeeper',
  basePath: root,
  disableGit: true,
  sourceLinkTemplate: `${repository}/blob/main/src/{path}#L{line}`,
  hideGenerator: true,
  searchInComments: true,
  searchInDocuments: true,
  navigation: { includeGroups: false, includeCategories: false, includeFolders: false },
  sort: ['documents-first', 'source-order'],
  highlightLanguages: 'ts js sh console json yaml ini html text mermaid nginx dockerfile'.split(' '),
  ignoredHighlightLanguages: ['haproxy'],
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  // Some signatures name types that are not public on purpose. That functions are documented is a test's to hold: here
  // each of their methods would count as well.
  validation: { invalidLink: true, notDocumented: true, notExported: false, invalidPath: true, rewrittenLink: true },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Variable'],
});
app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
  const entry = entries.find(({ index }) => `src/${index}`.replace(/(^|\/)index\.ts$/, '') === reflection.name);
  if (reflection.kindOf(ReflectionKind.Module) && entry !== undefined) reflection.name = entry.entry;
});
/** What pages load from elsewhere: the site can be read offline, from files. */
function remoteAssets() {
  return readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html') || path.endsWith('.css'))
    .flatMap((path) => {
      const text = readFileSync(join(out, path), 'utf8');
      const loaded = text.match(
        /<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(?:https?:)?\/\/[^>]*>|url\(["']?https?:[^)]*\)/g,
      );
      return (loaded ?? []).map((what) => `${path} loads ${what}`);
    });
}

const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
await app.generateOutputs(project);
for (const what of remoteAssets()) app.logger.error(what);
if (app.logger.hasErrors() || app.logger.hasWarnings()) {
  console.error('The documentation has faults: see the warnings above.');
  process.exitCode = 1;
} else console.log(`The site is at ${join(out, 'index.html')}`);
